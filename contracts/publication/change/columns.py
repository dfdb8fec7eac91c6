"""Changes of a schema: columns that came, went or moved, and what the others accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.publication.change.change import Change, became, change
from contracts.publication.change.same import same
from contracts.schema.sets.accepted import Accepted, accepted, refused, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

Area = Literal["input", "output"]
#: Where a check stands that is not one column's.
BETWEEN = "rows"


def columns(area: Area, old: Columns, new: Columns) -> Iterator[Change]:
    """Yield the changes between two schemas."""
    was, now = old.by_name, new.by_name
    for name in (name for name in was if name not in now):
        yield change(area, "column_removed", name, old=_plain(was[name]))
    for name in (name for name in now if name not in was):
        yield change(area, "column_added", name, new=_plain(now[name]))
    before, after = [n for n in was if n in now], [n for n in now if n in was]
    if before != after:
        said = became(", ".join(before), ", ".join(after))
        yield change(area, "column_moved", said=said, old=before, new=after)
    for name in after:
        yield from column(area, was[name], now[name])
    yield from _between(area, old.row_checks, new.row_checks)


def _between(area: Area, old: tuple[Check, ...], new: tuple[Check, ...]) -> Iterator[Change]:
    """Yield the changes of what must hold between the columns of a row."""
    was, now = (frozenset(map(words, checks)) for checks in (old, new))
    given: dict[str, Any] = {"old": sorted(was), "new": sorted(now)}
    found = [*_opaque(area, BETWEEN, was, now, given)]
    yield from found
    if not found and old != new:
        yield change(area, "check_rewritten", BETWEEN, **given)


def column(area: Area, old: Column, new: Column) -> Iterator[Change]:
    """Yield the changes of one column."""
    given = {"old": _plain(old), "new": _plain(new)}
    found = [*_accepted(area, old, new, given)]
    yield from found
    if not found and not same(*(msgspec.to_builtins(each.checks) for each in (old, new))):
        moved = area == "input" and old.values != new.values
        yield change(area, "category_moved" if moved else "check_rewritten", old.name, **given)
    if old.description != new.description:
        said = became(repr(old.description), repr(new.description))
        yield change(area, "description_changed", old.name, said, **given)


def _accepted(area: Area, old: Column, new: Column, given: dict[str, Any]) -> Iterator[Change]:
    """Yield what differs in the values that a column accepts."""
    was, now = accepted(old), accepted(new)
    if was.domain != now.domain:
        yield change(area, "column_type", old.name, became(old.kind, new.kind), **given)
        return
    if was.null != now.null:
        yield change(area, "null_allowed" if now.null else "null_refused", old.name, **given)
    facet = _facet(area, was, now)
    for name, said in (("narrowed", refused(was, now)), ("widened", refused(now, was))):
        if said:
            yield change(area, FACETS[facet, name], old.name, said, **given)
    yield from _opaque(area, old.name, was.opaque, now.opaque, given)


def _opaque(
    area: Area, where: str, was: frozenset[str], now: frozenset[str], given: dict[str, Any]
) -> Iterator[Change]:
    """Yield the change of checks that no set of values stands for."""
    gone, came = (", ".join(sorted(each)) for each in (was - now, now - was))
    if gone and came:
        yield change(area, "check_changed", where, became(gone, came), **given)
    elif gone or came:
        yield change(area, "check_added" if came else "check_removed", where, gone or came, **given)


#: (what a column's values are, how their set differs): the rule's name.
FACETS = {
    ("range", "narrowed"): "range_narrowed",
    ("range", "widened"): "range_widened",
    ("category", "narrowed"): "category_removed",
    ("category", "widened"): "category_added",
    ("text", "narrowed"): "text_narrowed",
    ("text", "widened"): "text_widened",
    ("output", "narrowed"): "values_narrowed",
    ("output", "widened"): "values_widened",
}


def _facet(area: Area, was: Accepted, now: Accepted) -> str:
    if area == "output":
        return "output"
    if was.domain != "text":
        return "range"
    return "text" if was.texts.closed is None and now.texts.closed is None else "category"


def _plain(column: Column) -> Any:
    return msgspec.to_builtins(column)
