"""Changes of the equivalence clauses: which there are, what they compare, what they tolerate.

The budgets of the latency clause have rules of their own: who reads predictions waits for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from contracts.equivalence.registry import find_clause
from contracts.publication.change.change import (
    Change,
    change,
    changes_by_name,
    identical,
    replaced,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.contract.terms import ClauseTerm
    from contracts.equivalence.clause import Ease

LATENCY: Final = "latency"
#: How a demand differs: the rule of a tolerance.
TOLERANCE = {
    "added": "tolerance_tightened",
    "removed": "tolerance_eased",
    "tightened": "tolerance_tightened",
    "eased": "tolerance_eased",
    "changed": "tolerance_changed",
    "detail": "detail_changed",
}
#: The demands of a budget; any other field of a latency clause is a tolerance like the others'.
BUDGET = ("added", "removed", "tightened", "eased")
#: Stands for a key that one of two mappings lacks.
ABSENT = object()


def clauses(old: tuple[ClauseTerm, ...], new: tuple[ClauseTerm, ...]) -> Iterator[Change]:
    """Yield the changes of what makes two implementations equivalent."""
    return changes_by_name("equivalence", "clause", old, new, _both, _single)


def _single(term: ClauseTerm, *, added: bool) -> Iterator[Change]:
    """Yield the changes for a clause that only one version has."""
    side, verb = ("new", "added") if added else ("old", "removed")
    plain = {side: msgspec.to_builtins(term)}
    if term.name != LATENCY:
        yield change("equivalence", f"clause_{verb}", term.name, **plain)
        return
    budgets = _budgets(term)
    if not budgets:
        yield change(LATENCY, "report_changed", term.name, **plain)
    for field, value in budgets.items():
        yield change(LATENCY, f"budget_{verb}", f"{term.name}.{field}", f"{value:g}", **plain)


def _both(old: ClauseTerm, new: ClauseTerm) -> Iterator[Change]:
    if old.pair != new.pair:
        yield replaced("equivalence", "pair_changed", new.name, old.pair, new.pair)
    changes = [*_tolerance(old, new)]
    yield from changes
    if not changes and not identical(old.tolerance, new.tolerance):
        sides = {"old": old.tolerance, "new": new.tolerance}
        yield change("equivalence", "detail_changed", new.name, "written anew", **sides)


def _tolerance(old: ClauseTerm, new: ClauseTerm) -> Iterator[Change]:
    """Yield the changes between two tolerances of one clause, field by field."""
    was, now, eases = _fields(old), _fields(new), _eases(new.name)
    for name in {**was, **now}:
        for entry, before, after in _entries(name, was.get(name, ABSENT), now.get(name, ABSENT)):
            demand = _demand(before, after, eases.get(name))
            if demand is None:
                continue
            where, sides = f"{new.name}.{entry}", (_plain(before), _plain(after))
            if new.name == LATENCY and demand in BUDGET:
                yield replaced(LATENCY, f"budget_{demand}", where, *sides)
            else:
                yield replaced("equivalence", TOLERANCE[demand], where, *sides)


def _eases(name: str) -> Mapping[str, Ease]:
    """Return in which direction each field of a clause asks less; none if it is not installed."""
    eases: Mapping[str, Ease] = getattr(find_clause(name), "eases", {})
    return eases


def _fields(term: ClauseTerm) -> dict[str, Any]:
    """Return a tolerance with its defaults; as written if no clause here accepts it."""
    kind = find_clause(term.name)
    if kind is None:
        return dict(term.tolerance)
    try:
        return msgspec.structs.asdict(msgspec.convert(term.tolerance, kind))
    except msgspec.ValidationError:
        return dict(term.tolerance)


def _budgets(term: ClauseTerm) -> dict[str, Any]:
    """Return the fields of a clause whose size demands something, and their values."""
    eases = _eases(term.name)
    return {
        name: value
        for name, value in _fields(term).items()
        if eases.get(name, "never") != "never" and value is not None
    }


def _entries(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield a field, or each entry of a mapping; one number for all is that number for each."""
    if not isinstance(old, dict) and not isinstance(new, dict):
        yield name, old, new
        return
    was = old if isinstance(old, dict) else dict.fromkeys(new, old)
    now = new if isinstance(new, dict) else dict.fromkeys(old, new)
    for key in {**was, **now}:
        yield f"{name}.{key}", was.get(key, ABSENT), now.get(key, ABSENT)


def _demand(old: Any, new: Any, ease: Ease | None) -> str | None:
    """Return how a demand differs, a key of `TOLERANCE`; None if it is the same."""
    if identical(old, new):
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
