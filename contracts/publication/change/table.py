"""Changes as a table: where, what, whom it breaks, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.publication.change.bump import needed
from contracts.report.table import NOTHING, Heading, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.publication.change.change import Change

HEADINGS = tuple(
    Heading(name=name) for name in ("where", "what changes", "consumer", "implementer", "why")
)
BREAKS = "breaks"


def table(changes: Sequence[Change]) -> Table:
    """Return the changes, one a row."""
    return Table(headings=HEADINGS, rows=tuple(_row(each) for each in changes))


def verdict(changes: Sequence[Change]) -> str:
    """Return in words who breaks, and which bump that needs."""
    bump = needed(changes)
    if bump == "none":
        return "nothing changed"
    broken = [
        side
        for side, breaks in (
            ("consumer", any(each.rule.consumer for each in changes)),
            ("implementer", any(each.rule.implementer for each in changes)),
        )
        if breaks
    ]
    match broken:
        case []:
            return f"{bump}: neither side breaks"
        case [side]:
            return f"{bump}: the {side} breaks"
        case _:
            return f"{bump}: consumer and implementer break"


def data(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return the changes for machines."""
    return [
        {
            "area": each.rule.area,
            "rule": each.rule.name,
            "where": each.where,
            "change": each.rule.change,
            "said": each.said,
            "consumer": each.rule.consumer,
            "implementer": each.rule.implementer,
            "bump": each.rule.bump,
            "reason": each.rule.reason,
            "old": msgspec.to_builtins(each.old),
            "new": msgspec.to_builtins(each.new),
        }
        for each in changes
    ]


def _row(change: Change) -> tuple[str, ...]:
    rule = change.rule
    said = f": {change.said}" if change.said else ""
    sides = (BREAKS if broken else NOTHING for broken in (rule.consumer, rule.implementer))
    return (change.place, f"{rule.change}{said}", *sides, rule.reason)
