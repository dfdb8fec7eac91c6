from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.publication.change.bump import needed
from contracts.publication.change.compare import changes
from contracts.publication.change.rules import RULES, markdown, rule
from contracts.schema.columns import Column
from tests.suites.check import finite, ge, isin, le, str_length, str_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.schema.check import Check

COLOURS = ["red", "green", "blue"]
replace = msgspec.structs.replace


def field(**changes: Any) -> Callable[[Specification], Specification]:
    """Change fields of a specification."""
    return lambda given: replace(given, **changes)


def with_entries(given: Specification, where: str, entries: Iterable[Any]) -> Specification:
    """Return a specification with other columns, metrics or clauses."""
    return replace(given, **{where: type(getattr(given, where))(entries)})


def entry(where: str, at: int, **changes: Any) -> Callable[[Specification], Specification]:
    """Change one column, metric or clause, by its place."""

    def change(given: Specification) -> Specification:
        entries = [*getattr(given, where)]
        entries[at] = replace(entries[at], **changes)
        return with_entries(given, where, entries)

    return change


def checks(where: str, at: int, *given: Check, **changes: Any) -> Any:
    """Give one column other checks."""
    return entry(where, at, checks=given, **changes)


def less(where: str, at: int) -> Callable[[Specification], Specification]:
    """Remove one entry."""
    return lambda given: with_entries(
        given, where, [e for n, e in enumerate(getattr(given, where)) if n != at]
    )


def more(where: str, added: Any) -> Callable[[Specification], Specification]:
    """Add an entry."""
    return lambda given: with_entries(given, where, [*getattr(given, where), added])


def flipped(where: str) -> Callable[[Specification], Specification]:
    """Reverse the entries."""
    return lambda given: with_entries(given, where, getattr(given, where)[::-1])


def learned(**changes: Any) -> Callable[[Specification], Specification]:
    """Change how it is learned."""
    return lambda given: replace(given, learning=replace(given.learning, **changes))


def tolerance(at: int, **changes: Any) -> Callable[[Specification], Specification]:
    """Change one clause's tolerance."""
    return lambda given: entry("clauses", at, tolerance={**given.clauses[at].tolerance, **changes})(
        given
    )


LIST = Column(name="grade", kind="int", checks=(ge(0), le(5)))
CHANCE = Column(name="early", kind="float", checks=(finite(), ge(0), le(1)))
PATTERN = str_matches("^[A-Z]+$")
MULTICLASS = field(kind="multiclass")
#: area, rule, the bump it needs, the change.
CASES: tuple[tuple[Any, ...], ...] = (
    ("target", "kind_changed", "major", field(kind="multiclass")),
    ("target", "labels_changed", "major", field(labels=("in_time", "too_late"))),
    ("input", "column_added", "major", more("input_columns", LIST)),
    ("input", "column_removed", "major", less("input_columns", 0)),
    ("input", "column_moved", "minor", flipped("input_columns")),
    ("input", "column_type", "major", checks("input_columns", 1, ge(0), le(1), kind="int")),
    ("input", "null_refused", "major", entry("input_columns", 1, nullable=False)),
    ("input", "null_allowed", "minor", entry("input_columns", 0, nullable=True)),
    ("input", "range_narrowed", "major", checks("input_columns", 1, finite(), ge(0.1), le(1))),
    ("input", "range_widened", "minor", checks("input_columns", 1, finite(), ge(0), le(2))),
    ("input", "category_removed", "major", checks("input_columns", 0, isin(["red", "green"]))),
    ("input", "category_added", "minor", checks("input_columns", 0, isin([*COLOURS, "pink"]))),
    ("input", "category_moved", "minor", checks("input_columns", 0, isin(COLOURS[::-1]))),
    ("input", "text_narrowed", "major", checks("input_columns", 2, str_length(1, 7))),
    ("input", "text_widened", "minor", checks("input_columns", 2, str_length(0, 8))),
    ("input", "check_added", "major", checks("input_columns", 2, str_length(1, 8), PATTERN)),
    ("input", "check_rewritten", "patch", checks("input_columns", 1, finite(), le(1), ge(0))),
    ("input", "description_changed", "patch", entry("input_columns", 1, description="metres")),
    ("output", "column_added", "major", more("output_columns", CHANCE)),
    ("output", "column_type", "major", checks("output_columns", 0, kind="bool")),
    ("output", "null_allowed", "major", entry("output_columns", 0, nullable=True)),
    ("output", "values_narrowed", "minor", checks("output_columns", 0, finite(), ge(0), le(0.9))),
    ("output", "values_widened", "major", checks("output_columns", 0, finite(), ge(0))),
    ("output", "check_rewritten", "patch", checks("output_columns", 0, le(1), ge(0), finite())),
    ("output", "description_changed", "patch", entry("output_columns", 0, description="chance")),
    (
        "metrics",
        "metric_added",
        "minor",
        more("metrics", MetricTerm(name="brier", direction="lower", threshold=0.2)),
    ),
    ("metrics", "metric_removed", "major", less("metrics", 1)),
    ("metrics", "metric_moved", "patch", flipped("metrics")),
    ("metrics", "direction_changed", "major", entry("metrics", 0, direction="higher")),
    ("metrics", "threshold_tightened", "minor", entry("metrics", 0, threshold=0.6)),
    ("metrics", "threshold_tightened", "minor", entry("metrics", 1, threshold=0.7)),
    ("metrics", "threshold_eased", "major", entry("metrics", 0, threshold=0.8)),
    ("metrics", "threshold_eased", "major", entry("metrics", 1, threshold=0.5)),
    ("metrics", "skill_raised", "minor", entry("metrics", 1, skill=0.1)),
    ("metrics", "skill_lowered", "major", entry("metrics", 1, skill=-0.1)),
    ("latency", "budget_tightened", "minor", tolerance(3, at_most=1.5)),
    ("latency", "budget_eased", "major", tolerance(3, at_most=3.0)),
    ("latency", "budget_added", "minor", tolerance(3, batch_at_most=1.0)),
    ("latency", "budget_removed", "major", tolerance(3, at_most=None)),
    ("latency", "budget_removed", "major", less("clauses", 3)),
    (
        "equivalence",
        "clause_added",
        "minor",
        more("clauses", ClauseTerm(name="schema", pair="recorded")),
    ),
    ("equivalence", "clause_removed", "patch", less("clauses", 0)),
    ("equivalence", "clause_moved", "patch", flipped("clauses")),
    ("equivalence", "pair_changed", "minor", entry("clauses", 1, pair="same_state")),
    ("equivalence", "tolerance_tightened", "minor", tolerance(2, margin=0.005)),
    ("equivalence", "tolerance_tightened", "minor", tolerance(1, overlap=0.95)),
    ("equivalence", "tolerance_eased", "patch", tolerance(2, margin=0.02)),
    ("equivalence", "tolerance_eased", "patch", tolerance(1, spearman=0.9)),
    ("equivalence", "tolerance_changed", "minor", tolerance(1, top=0.2)),
    ("equivalence", "detail_changed", "patch", tolerance(2, repeats=2000)),
    ("equivalence", "detail_changed", "patch", tolerance(0, relative=0.0, fraction=1.0)),
    ("learning", "window_moved", "minor", learned(end=9)),
    ("learning", "window_moved", "minor", learned(known_by=9)),
    ("learning", "seed_changed", "minor", learned(seed=1)),
    ("learning", "params_changed", "minor", learned(params={"depth": 4})),
    ("learning", "params_changed", "minor", learned(tuned=())),
    ("learning", "day_changed", "minor", learned(day_offset="4h")),
    ("golden", "golden_resized", "minor", field(golden_rows=80)),
)
#: Changes that need another start: area, rule, bump, the start, the change to it.
FROM: tuple[tuple[Any, ...], ...] = (
    ("target", "labels_opened", "major", MULTICLASS, field(labels_open=True)),
    (
        "target",
        "labels_closed",
        "major",
        field(kind="multiclass", labels_open=True),
        field(labels_open=False),
    ),
    (
        "input",
        "check_removed",
        "minor",
        checks("input_columns", 2, str_length(1, 8), PATTERN),
        checks("input_columns", 2, str_length(1, 8)),
    ),
    (
        "input",
        "check_changed",
        "major",
        checks("input_columns", 2, PATTERN),
        checks("input_columns", 2, str_matches("^[a-z]+$")),
    ),
    (
        "output",
        "column_moved",
        "major",
        more("output_columns", CHANCE),
        flipped("output_columns"),
    ),
    (
        "output",
        "column_removed",
        "major",
        more("output_columns", CHANCE),
        less("output_columns", 1),
    ),
    (
        "output",
        "null_refused",
        "minor",
        entry("output_columns", 0, nullable=True),
        entry("output_columns", 0, nullable=False),
    ),
    (
        "output",
        "check_added",
        "minor",
        checks("output_columns", 0, kind="str"),
        checks("output_columns", 0, PATTERN, kind="str"),
    ),
    (
        "output",
        "check_removed",
        "major",
        checks("output_columns", 0, PATTERN, kind="str"),
        checks("output_columns", 0, kind="str"),
    ),
    (
        "output",
        "check_changed",
        "major",
        checks("output_columns", 0, PATTERN, kind="str"),
        checks("output_columns", 0, str_matches("^[a-z]+$"), kind="str"),
    ),
    (
        "latency",
        "budget_added",
        "minor",
        less("clauses", 3),
        more("clauses", ClauseTerm(name="latency", pair="same_data", tolerance={"at_most": 2.0})),
    ),
    (
        "latency",
        "report_changed",
        "patch",
        less("clauses", 3),
        more("clauses", ClauseTerm(name="latency", pair="same_data")),
    ),
)
#: Rules that apply between two contracts only: see test_compare.py.
MEASURED = {("metrics", "observed_changed"), ("golden", "golden_recorded"), ("text", "rewritten")}
#: Every field that is compared: a new one needs a rule, and a case above.
COMPARED = {
    Specification: "format product version kind labels labels_open metrics clauses learning "
    "input_columns output_columns golden_rows",
    MetricTerm: "name direction threshold skill observed",
    Learning: "params tuned seed start end known_by test_start test_end day_offset",
    Column: "name kind nullable checks description",
    ClauseTerm: "name pair tolerance",
}


def applied(old: Specification, new: Specification) -> set[tuple[str, str]]:
    """Return the rules that apply between two specifications."""
    return {(each.rule.area, each.rule.name) for each in changes(old, new)}


def case_name(case: Any) -> str:
    """Return the name of a case."""
    return ".".join(case[:2])


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_each_change_has_its_rule(plain: Specification, case: tuple[Any, ...]) -> None:
    """One change gives one rule, and needs the bump of that rule."""
    area, name, bump, change = case
    new = change(plain)
    assert applied(plain, new) == {(area, name)}
    assert needed(changes(plain, new)) == rule(area, name).bump == bump
    assert needed(changes(plain, plain)) == "none"


@pytest.mark.parametrize("case", FROM, ids=case_name)
def test_each_change_from_another_start_has_its_rule(
    plain: Specification, case: tuple[Any, ...]
) -> None:
    """The same for changes that the plain specification cannot have."""
    area, name, bump, start, change = case
    old = start(plain)
    assert applied(old, change(old)) == {(area, name)}
    assert needed(changes(old, change(old))) == rule(area, name).bump == bump


def test_every_rule_has_a_case() -> None:
    """Each rule of the table applies to one of the changes above."""
    covered = {(area, name) for area, name, *_ in (*CASES, *FROM)}
    assert covered | MEASURED == {(each.area, each.name) for each in RULES}


def test_every_field_is_compared() -> None:
    """A new field fails here until a rule says whom its change breaks."""
    for kind, names in COMPARED.items():
        assert set(kind.__struct_fields__) == set(names.split()), kind


def test_the_bump_follows_from_who_breaks() -> None:
    """Major if the consumer breaks, minor if only the implementer does, otherwise a patch."""
    for each in RULES:
        expected = "major" if each.consumer else "minor" if each.implementer else "patch"
        assert each.bump == expected
        assert each.reason
        assert (each.area, each.name) == (rule(each.area, each.name).area, each.name)


def test_the_documentation_has_the_rules() -> None:
    """The table in docs/versions.md is generated from the rules."""
    page = Path(__file__).parents[4] / "docs" / "versions.md"
    assert markdown() in page.read_text("utf-8")
