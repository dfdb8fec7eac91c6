from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.publication.change.columns import columns
from contracts.schema.columns import Column, Columns
from tests.suites.check import finite, ge, le, ordered

if TYPE_CHECKING:
    from contracts.schema.check import Check

LOW, HIGH = (Column(name=name, kind="float", checks=(finite(), ge(0))) for name in ("low", "high"))
BETWEEN = ordered("low", "high")


def found(old: list[Check], new: list[Check]) -> list[tuple[str, str, str]]:
    """Return rule, place and words of what differs between checks that stand between columns."""
    was, now = (Columns((LOW, HIGH), row_checks=checks) for checks in (old, new))
    return [(each.rule.name, each.where, each.detail) for each in columns("input", was, now)]


def test_a_check_between_columns_that_came_may_refuse_rows() -> None:
    """Rows are accepted by their columns and by what holds between these."""
    assert found([], []) == []
    assert found([], [BETWEEN]) == [("check_added", "rows", str(BETWEEN))]
    assert found([BETWEEN], []) == [("check_removed", "rows", str(BETWEEN))]


def test_another_check_between_columns_cannot_be_decided() -> None:
    """Turned round, it refuses other rows: which, nobody can say."""
    (change,) = found([BETWEEN], [ordered("high", "low")])
    assert change[0] == "check_changed"


def test_narrowed_and_widened_are_two_changes() -> None:
    """A range that moved breaks the consumer at one end and the implementer at the other."""
    old = Columns([Column(name="x", kind="int", checks=(ge(0), le(5)))])
    new = Columns([Column(name="x", kind="int", checks=(ge(2), le(9)))])
    assert [(each.rule.name, each.detail) for each in columns("input", old, new)] == [
        ("range_narrowed", "0 to 1"),
        ("range_widened", "6 to 9"),
    ]
