"""No change of a specification goes unnoticed: every value is changed, one by one."""

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

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

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
#: The tolerances of clauses with required fields.
TOLERANCES: dict[str, dict[str, Any]] = {
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
        clause = msgspec.convert(TOLERANCES.get(name, {}), kind)
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


def to_plain(given: Specification) -> dict[str, Any]:
    """Return a specification as plain data, the checks between columns beside the columns."""
    parts: dict[str, Any] = json.loads(msgspec.json.encode(given))
    return parts | {"rows": json.loads(msgspec.json.encode(given.input_columns.row_checks))}


def from_plain(parts: dict[str, Any]) -> Specification:
    """Return the specification that plain data describe, checked as a configured one."""
    rest = {name: value for name, value in parts.items() if name != "rows"}
    specification = msgspec.convert(rest, Specification, dec_hook=as_columns)
    rows = msgspec.convert(parts["rows"], tuple[Check, ...])
    specification = msgspec.structs.replace(
        specification, input_columns=Columns(specification.input_columns, row_checks=rows)
    )
    check_terms(specification)
    return specification


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
    """Yield other values: of another type, larger, smaller, longer, shorter, reversed."""
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
    parts = to_plain(whole)
    for at in places({field: parts[field]}):
        for other in others(_under(parts, at)):
            new = copy.deepcopy(parts)
            _under(new, at[:-1])[at[-1]] = other
            try:
                specification = from_plain(new)
            except (ValueError, LiaisonError):
                continue  # refused, so no contract can have it
            if not identical(to_plain(specification), parts):
                yield at, specification


def _under(node: Any, at: Path) -> Any:
    for name in at:
        node = node[name]
    return node


def opposite(name: str) -> str:
    """Return the rule of the opposite change."""
    return "_".join(OPPOSITE.get(word, word) for word in name.split("_"))


#: Fields, and the least number of valid changes of each that the test has to find. A kind, or open
#: labels, cannot change without other fields (test_rules.py).
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


def test_every_field_is_tried(whole: Specification) -> None:
    """A new field of a specification fails here until it is listed."""
    assert FIELDS.keys() == to_plain(whole).keys() - {"format", "product", "version"}


@pytest.mark.parametrize("field", FIELDS)
def test_every_changed_value_is_reported(whole: Specification, field: str) -> None:
    """Each change is either refused, or reported with whom it breaks and why."""
    tried = list(changed(whole, field))
    assert len(tried) >= FIELDS[field]
    for at, new in tried:
        reported = changes(whole, new)
        assert reported, at
        assert {each.rule for each in reported} <= {*RULES}
        assert all(each.rule.reason and each.breaks for each in reported)


@pytest.mark.parametrize("field", FIELDS)
def test_reverting_a_change_is_the_opposite_change(whole: Specification, field: str) -> None:
    """What is eased in one direction is tightened in the other, at the same place."""
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
def test_a_parameter_of_another_type_is_a_change(
    plain: Specification, field: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    """A learner may take ``1`` for one feature, and ``1.0`` for all of them."""
    was, now = (
        msgspec.structs.replace(
            plain, learning=msgspec.structs.replace(plain.learning, **{field: each})
        )
        for each in (old, new)
    )
    (changed_value,) = changes(was, now)
    assert (changed_value.rule.name, changed_value.rule.bump) == ("params_changed", "minor")


def test_labels_of_another_type_are_a_change(plain: Specification) -> None:
    """A consumer that sends ``1`` does not send ``true``."""
    was, now = (msgspec.structs.replace(plain, labels=labels) for labels in ((0, 1), (False, True)))
    assert [each.rule.name for each in changes(was, now)] == ["labels_changed"]


def test_a_tolerance_written_differently_is_only_a_patch(plain: Specification) -> None:
    """``1.0`` instead of ``1`` asks the same of an implementation."""
    golden = plain.clauses[0]
    was, now = (
        msgspec.structs.replace(
            plain, clauses=(msgspec.structs.replace(golden, tolerance={"fraction": each}),)
        )
        for each in (1, 1.0)
    )
    (changed_value,) = changes(was, now)
    assert (changed_value.rule.name, changed_value.rule.bump) == ("detail_changed", "patch")


#: The defaults of each clause's fields. Published contracts rely on them: another default would
#: change what they ask without changing their digest. Other defaults need a clause of another name.
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
    """A field that a published contract leaves out has the default of that time."""
    fields = msgspec.structs.fields(BUILT_IN[name])
    assert {each.name: each.default for each in fields if not each.required} == DEFAULTS[name]
