"""Nothing normative changes in silence: every value of a specification is changed, one by one."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm, Specification
from contracts.equivalence.registry import BUILT_IN
from contracts.errors import LiaisonError
from contracts.publication.change.change import identical
from contracts.publication.change.compare import changes
from contracts.publication.change.rules import RULES
from contracts.publication.specification import check_terms
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from tests.suites.check import eq, finite, ge, isin, le, lt, ne, notin, ordered, str_matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str | int, ...]

#: Columns of every kind, with every sort of check.
COLUMNS = (
    Column(name="day", kind="datetime", checks=(ge("2013-01-01T00:00:00Z"),)),
    Column(name="wet", kind="bool", nullable=True),
    Column(name="gate", kind="int", checks=(isin([1, 2, 3]),)),
    Column(name="seats", kind="int", checks=(ge(0), lt(9), notin([4, 5]), ne(7))),
    Column(name="low", kind="float", checks=(finite(), ge(0))),
    Column(name="high", kind="float", checks=(finite(), le(9.5)), description="metres"),
    Column(name="tail", kind="str", checks=(str_matches("^[A-Z]+$"),)),
    Column(name="from", kind="category", checks=(isin(["EWR", "JFK"]),)),
    Column(name="unit", kind="str", checks=(eq("mile"),)),
)
#: What the clauses tolerate, where a default is not all of it.
ASKED: dict[str, dict[str, Any]] = {
    "decision": {"thresholds": [0.3, 0.5]},
    "fit": {"margin": {"log_loss": 0.01, "roc_auc": 0.02}, "window": "60d"},
    "latency": {"at_most": 2.0},
    "metric": {"margin": 0.01},
    "pointwise": {"absolute": 1e-5, "largest": 0.1},
    "ranking": {"spearman": 0.99, "top": 0.1, "overlap": 0.9},
    "subgroup": {"segments": ["from", "wet"], "margin": 0.01},
}
OPPOSITE = dict(
    pair
    for one, other in (
        ("added", "removed"),
        ("allowed", "refused"),
        ("narrowed", "widened"),
        ("opened", "closed"),
        ("raised", "lowered"),
        ("tightened", "eased"),
    )
    for pair in ((one, other), (other, one))
)


@pytest.fixture
def whole(plain: Specification) -> Specification:
    """A specification with columns of every kind and every clause, each tolerance spelt out."""
    terms = []
    for name, kind in BUILT_IN.items():
        clause = msgspec.convert(ASKED.get(name, {}), kind)
        spelt = {field: getattr(clause, field) for field in kind.__struct_fields__}
        terms.append(ClauseTerm(name=name, pair=kind.pairs[0], tolerance=spelt))
    learning = msgspec.structs.replace(
        plain.learning, params={"depth": 3, "rate": 0.1, "warm": True, "layers": [4, 2]}, tuned=()
    )
    rows = (ordered("low", "high"),)
    inputs = Columns((*plain.input_columns, *COLUMNS), row_checks=rows)
    return msgspec.structs.replace(
        plain, input_columns=inputs, clauses=tuple(terms), learning=learning
    )


def taken_apart(given: Specification) -> dict[str, Any]:
    """Return a specification as plain data, the checks between columns beside the columns."""
    parts: dict[str, Any] = json.loads(msgspec.json.encode(given))
    return parts | {"rows": json.loads(msgspec.json.encode(given.input_columns.row_checks))}


def put_together(parts: dict[str, Any]) -> Specification:
    """Return plain data as the specification that a configuration could have said."""
    rest = {name: value for name, value in parts.items() if name != "rows"}
    made = msgspec.convert(rest, Specification, dec_hook=as_columns)
    rows = msgspec.convert(parts["rows"], tuple[Check, ...])
    made = msgspec.structs.replace(made, input_columns=Columns(made.input_columns, row_checks=rows))
    check_terms(made)
    return made


def as_columns(_kind: type, value: Any) -> Columns:
    """Return plain data as columns, the one type here that msgspec does not know."""
    return Columns(msgspec.convert(value, tuple[Column, ...]))


def places(node: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the path of every value under a node, branches included."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for name, child in entries:
        yield (*at, name)
        if isinstance(child, dict | list):
            yield from places(child, (*at, name))


def others(value: Any) -> Iterator[Any]:
    """Yield what may stand instead: another value, of another type, more, fewer, turned round."""
    match value:
        case bool():
            yield from (not value, int(value))
        case int():
            yield from (value + 1, value - 1, float(value))
        case float():
            yield from (value * 1.5 + 0.001, value - 0.0001, int(value))
        case str():
            yield from (f"{value}x", "", value.swapcase())
        case list():
            yield from (
                value[::-1],
                value[1:],
                [*value, *value[:1]],
                [*value, "x"],
                [*value, 9],
                [],
            )
        case dict():
            yield from ({n: v for n, v in value.items() if n != left} for left in value)
            yield {**value, "x": 1}
        case _:
            yield from (1, 0.5, "1d")
    if value is not None:
        yield None


def changed(whole: Specification, field: str) -> Iterator[tuple[Path, Specification]]:
    """Yield every specification that differs in one value under a field, and where."""
    parts = taken_apart(whole)
    for at in places({field: parts[field]}):
        for other in others(_under(parts, at)):
            new = copy.deepcopy(parts)
            _under(new, at[:-1])[at[-1]] = other
            try:
                made = put_together(new)
            except (ValueError, LiaisonError):
                continue  # refused: no contract ever says it
            if not identical(taken_apart(made), parts):
                yield at, made


def _under(node: Any, at: Path) -> Any:
    for name in at:
        node = node[name]
    return node


def opposite(name: str) -> str:
    """Return the rule that applies the other way."""
    return "_".join(OPPOSITE.get(word, word) for word in name.split("_"))


#: Fields, and how many changes of each come through at least: what is refused alone proves nothing.
#: A kind, or open labels, cannot change alone: labels and metrics go with them (test_rules.py).
FIELDS = {
    "kind": 0,
    "labels": 1,
    "labels_open": 0,
    "input_columns": 50,
    "rows": 2,
    "output_columns": 10,
    "metrics": 8,
    "clauses": 80,
    "learning": 20,
    "golden_rows": 2,
}


def test_every_field_is_changed(whole: Specification) -> None:
    """Whoever adds a field to what is decided has it tried here."""
    assert FIELDS.keys() == taken_apart(whole).keys() - {"format", "product", "version"}


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_changes_in_silence(whole: Specification, field: str) -> None:
    """Whatever is changed alone is refused, or told with whom it breaks and why."""
    tried = list(changed(whole, field))
    assert len(tried) >= FIELDS[field]
    for at, new in tried:
        found = changes(whole, new)
        assert found, at
        assert {each.rule for each in found} <= {*RULES}
        assert all(each.rule.reason and each.breaks for each in found)


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_taken_back_is_the_opposite_change(whole: Specification, field: str) -> None:
    """What eases one way tightens the other, at the same place."""
    for at, new in changed(whole, field):
        there = {(each.place, opposite(each.rule.name)) for each in changes(whole, new)}
        back = {(each.place, each.rule.name) for each in changes(new, whole)}
        assert there == back, at


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("params", {"features": 1}, {"features": 1.0}),
        ("params", {"warm": True}, {"warm": 1}),
        ("params", {"layers": [4, 2]}, {"layers": [4, 2.0]}),
    ],
)
def test_a_parameter_of_another_type_is_another_parameter(
    plain: Specification, field: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    """A learner may take ``1`` for one feature, and ``1.0`` for all of them."""
    was, now = (
        msgspec.structs.replace(
            plain, learning=msgspec.structs.replace(plain.learning, **{field: each})
        )
        for each in (old, new)
    )
    (found,) = changes(was, now)
    assert (found.rule.name, found.rule.bump) == ("params_changed", "minor")


def test_labels_of_another_type_are_other_labels(plain: Specification) -> None:
    """Outcomes are compared with labels: ``true`` is not ``1`` in what a consumer sends."""
    was, now = (msgspec.structs.replace(plain, labels=labels) for labels in ((0, 1), (False, True)))
    assert [each.rule.name for each in changes(was, now)] == ["labels_changed"]


def test_one_clause_is_the_same_after_its_tolerance_was_written_anew(plain: Specification) -> None:
    """A check's bounds, a tolerance's numbers: written as ``1.0`` for ``1``, they ask the same."""
    golden = plain.clauses[0]
    was, now = (
        msgspec.structs.replace(
            plain, clauses=(msgspec.structs.replace(golden, tolerance={"fraction": each}),)
        )
        for each in (1, 1.0)
    )
    (found,) = changes(was, now)
    assert (found.rule.name, found.rule.bump) == ("detail_changed", "patch")


#: What a clause tolerates where its contract says nothing. Published contracts leave these unsaid:
#: another default would change what they ask, and no digest would tell. A clause that is to ask
#: something else by default gets another name.
DEFAULTS: dict[str, dict[str, Any]] = {
    "schema": {},
    "acceptance": {"rows": 200},
    "golden": {"absolute": 0.0, "relative": 0.0, "fraction": 1.0},
    "pointwise": {"absolute": 0.0, "relative": 0.0, "fraction": 1.0, "largest": None},
    "invariance": {"absolute": 1e-06, "rows": 500},
    "decision": {"thresholds": (), "flips": 0.0, "band": 0.0, "near": 1.0},
    "ranking": {},
    "metric": {"alpha": 0.05, "repeats": 1000},
    "subgroup": {"alpha": 0.05, "least": 200, "repeats": 1000},
    "fit": {
        "windows": 3,
        "horizon": "7d",
        "window": None,
        "alpha": 0.05,
        "least": 200,
        "repeats": 1000,
    },
    "noise_floor": {"seeds": 5, "times": 1.0, "absolute": 0.0},
    "latency": {"at_most": None, "batch_at_most": None, "rounds": 10},
    "generated": {"absolute": 0.0, "relative": 0.0, "examples": 200},
}


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_default_never_changes(name: str) -> None:
    """What a published contract leaves unsaid is part of it."""
    fields = msgspec.structs.fields(BUILT_IN[name])
    assert {each.name: each.default for each in fields if not each.required} == DEFAULTS[name]
