from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.publication.change.columns import columns
from contracts.schema.columns import Column, Columns
from tests.suites.check import finite, ge, le, ordered

if TYPE_CHECKING:
    from contracts.schema.check import Check

LOW, HIGH = (Column(name=name, kind="float", checks=(finite(), ge(0))) for name in ("low", "high"))
BETWEEN = ordered("low", "high")


def differences(old: list[Check], new: list[Check]) -> list[tuple[str, str, str]]:
    """Return rule, place and detail of the changes between two lists of checks between columns."""
    was, now = (Columns((LOW, HIGH), row_checks=checks) for checks in (old, new))
    return [(each.rule.name, each.where, each.detail) for each in columns("input", was, now)]


def test_a_check_between_columns_may_be_added_or_removed() -> None:
    """A row has to pass the checks of its columns and those between them."""
    assert differences([], []) == []
    assert differences([], [BETWEEN]) == [("check_added", "rows", str(BETWEEN))]
    assert differences([BETWEEN], []) == [("check_removed", "rows", str(BETWEEN))]


def test_a_changed_check_between_columns_breaks_both() -> None:
    """Which rows another check refuses is not decided, so both sides break."""
    (change,) = differences([BETWEEN], [ordered("high", "low")])
    assert change[0] == "check_changed"


def test_narrowed_and_widened_are_two_changes() -> None:
    """A shifted range breaks the consumer at one end and the implementer at the other."""
    old = Columns([Column(name="x", kind="int", checks=(ge(0), le(5)))])
    new = Columns([Column(name="x", kind="int", checks=(ge(2), le(9)))])
    assert [(each.rule.name, each.detail) for each in columns("input", old, new)] == [
        ("range_narrowed", "0 to 1"),
        ("range_widened", "6 to 9"),
    ]
