"""What the fields of a clause ask before and after, defaults spelt out, and who is asked more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.equivalence.registry import find_clause
from contracts.publication.change.same import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.contract.terms import ClauseTerm
    from contracts.equivalence.clause import Ease

#: How a field's demand differs: none of it before, none after, more, less, another, or the same.
Turn = Literal["added", "removed", "tightened", "eased", "changed", "detail"]
#: A key that one of two mappings does not have.
ABSENT = object()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One field, or one entry of a field that is a mapping, before and after."""

    field: str
    turn: Turn
    old: Any
    new: Any


def eases(name: str) -> Mapping[str, Ease]:
    """Return how each field of a clause asks less; nothing of a clause not installed here."""
    found: Mapping[str, Ease] = getattr(find_clause(name), "eases", {})
    return found


def fields(term: ClauseTerm) -> dict[str, Any]:
    """Return a tolerance with its defaults; as it is written where no clause here takes it."""
    kind = find_clause(term.name)
    if kind is None:
        return dict(term.tolerance)
    try:
        return msgspec.structs.asdict(msgspec.convert(term.tolerance, kind))
    except msgspec.ValidationError:
        return dict(term.tolerance)


def demands(term: ClauseTerm) -> dict[str, Any]:
    """Return the fields of a clause that ask something by their size."""
    found, sized = fields(term), eases(term.name)
    return {
        name: value
        for name, value in found.items()
        if sized.get(name, "never") != "never" and value is not None
    }


def differences(old: ClauseTerm, new: ClauseTerm) -> Iterator[Difference]:
    """Yield what differs between two tolerances of one clause."""
    was, now, how = fields(old), fields(new), eases(new.name)
    for name in {**was, **now}:
        for field, before, after in _leaves(name, was.get(name, ABSENT), now.get(name, ABSENT)):
            turn = _turn(before, after, how.get(name))
            if turn is not None:
                given = {"old": _plain(before), "new": _plain(after)}
                yield Difference(field=field, turn=turn, **given)


def _leaves(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the entries of a mapping; one number for all is the same number for each."""
    if not isinstance(old, dict) and not isinstance(new, dict):
        yield name, old, new
        return
    was = old if isinstance(old, dict) else dict.fromkeys(new, old)
    now = new if isinstance(new, dict) else dict.fromkeys(old, new)
    for key in {**was, **now}:
        yield f"{name}.{key}", was.get(key, ABSENT), now.get(key, ABSENT)


def _turn(old: Any, new: Any, ease: Ease | None) -> Turn | None:
    if same(old, new):
        return None
    if ease == "never":
        return "detail"
    if ease is None or ABSENT in (old, new):
        return "changed"
    if old is None or new is None:
        return "added" if old is None else "removed"
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return "changed"
    return "eased" if (new > old) == (ease == "up") else "tightened"


def _plain(value: Any) -> Any:
    return None if value is ABSENT else msgspec.to_builtins(value)
