"""Changes of a schema: columns added, removed or reordered, and which values the others accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.publication.change.change import (
    Change,
    change,
    changes_by_name,
    identical,
    transition,
)
from contracts.schema.accepted import Accepted, accepted, refused, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

Area = Literal["input", "output"]
#: The place of a check between columns.
BETWEEN = "rows"


def columns(area: Area, old: Columns, new: Columns) -> Iterator[Change]:
    """Yield the changes between two schemas."""
    yield from changes_by_name(area, "column", old, new, lambda was, now: column(area, was, now))
    yield from _between(area, old.row_checks, new.row_checks)


def column(area: Area, old: Column, new: Column) -> Iterator[Change]:
    """Yield the changes of one column."""
    sides = {"old": msgspec.to_builtins(old), "new": msgspec.to_builtins(new)}
    changes = [*_accepted(area, old, new, sides)]
    yield from changes
    if not changes and not identical(*(msgspec.to_builtins(each.checks) for each in (old, new))):
        moved = area == "input" and old.values != new.values
        yield change(area, "category_moved" if moved else "check_rewritten", old.name, **sides)
    if old.description != new.description:
        detail = transition(repr(old.description), repr(new.description))
        yield change(area, "description_changed", old.name, detail, **sides)


def _between(area: Area, old: tuple[Check, ...], new: tuple[Check, ...]) -> Iterator[Change]:
    """Yield the changes of the checks between the columns of a row."""
    was, now = (frozenset(map(words, checks)) for checks in (old, new))
    sides: dict[str, Any] = {"old": sorted(was), "new": sorted(now)}
    changes = [*_opaque(area, BETWEEN, was, now, sides)]
    yield from changes
    if not changes and old != new:
        yield change(area, "check_rewritten", BETWEEN, **sides)


def _accepted(area: Area, old: Column, new: Column, sides: dict[str, Any]) -> Iterator[Change]:
    """Yield the changes of the values that a column accepts."""
    was, now = accepted(old), accepted(new)
    if was.domain != now.domain:
        yield change(area, "column_type", old.name, transition(old.kind, new.kind), **sides)
        return
    if was.null != now.null:
        yield change(area, "null_allowed" if now.null else "null_refused", old.name, **sides)
    for direction, detail in (("narrowed", refused(was, now)), ("widened", refused(now, was))):
        if detail:
            yield change(area, _set_rule(area, was, now, direction), old.name, detail, **sides)
    yield from _opaque(area, old.name, was.opaque, now.opaque, sides)


def _opaque(
    area: Area, where: str, was: frozenset[str], now: frozenset[str], sides: dict[str, Any]
) -> Iterator[Change]:
    """Yield the change of checks whose accepted values cannot be written as a set."""
    gone, came = (", ".join(sorted(each)) for each in (was - now, now - was))
    if gone and came:
        yield change(area, "check_changed", where, transition(gone, came), **sides)
    elif gone or came:
        yield change(area, "check_added" if came else "check_removed", where, gone or came, **sides)


def _set_rule(area: Area, was: Accepted, now: Accepted, direction: str) -> str:
    """Return the name of the rule for a set of accepted values that is narrowed or widened."""
    if area == "output":
        return f"values_{direction}"
    if was.domain != "text":
        return f"range_{direction}"
    if was.texts.closed is None and now.texts.closed is None:
        return f"text_{direction}"
    return "category_removed" if direction == "narrowed" else "category_added"
