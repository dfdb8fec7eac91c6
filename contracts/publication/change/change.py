"""One change between two versions of a contract, and what every comparison makes changes with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from contracts.publication.change.rules import Rule, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.publication.change.rules import Area

WHO_BREAKS = {
    "both": "consumer and implementer break",
    "consumer": "the consumer breaks",
    "implementer": "the implementer breaks",
    "neither": "neither side breaks",
}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A difference, and the rule that tells whom it breaks.

    Attributes:
        rule: The kind of change.
        where: The column, metric, clause or term; empty where the area is precise enough.
        detail: The difference in words: ``no longer 'YV'``, ``0.55 → 0.6``.
        old: The value before, as plain data; None where there was none.
        new: The value after, likewise.
    """

    rule: Rule
    where: str = ""
    detail: str = ""
    old: Any = None
    new: Any = None

    @property
    def place(self) -> str:
        """Area and place: ``input carrier``."""
        return f"{self.rule.area} {self.where}".rstrip()

    @property
    def what(self) -> str:
        """The kind of change and its detail."""
        return f"{self.rule.change}: {self.detail}" if self.detail else self.rule.change

    @property
    def breaks(self) -> str:
        """Whom it breaks, in words."""
        return WHO_BREAKS[self.rule.breaks]

    def __str__(self) -> str:
        return f"{self.place}: {self.what} ({self.breaks})"


class Named(Protocol):
    """A part of a contract that a name identifies: a column, a metric, a clause."""

    @property
    def name(self) -> str:
        """Its name."""


T = TypeVar("T", bound=Named)


def change(
    area: Area, name: str, where: str = "", detail: str = "", *, old: Any = None, new: Any = None
) -> Change:
    """Return a change by the name of its rule."""
    return Change(rule=rule(area, name), where=where, detail=detail, old=old, new=new)


def replaced(area: Area, name: str, where: str, old: Any, new: Any) -> Change:
    """Return the change of one value into another, with both in its detail."""
    return change(area, name, where, transition(old, new), old=old, new=new)


def changes_by_name(  # noqa: PLR0917 - both lists, and how their entries are compared
    area: Area,
    noun: str,
    old: Iterable[T],
    new: Iterable[T],
    compared: Callable[[T, T], Iterable[Change]],
    single: Callable[..., Iterable[Change]] | None = None,
) -> Iterator[Change]:
    """Yield the changes between two lists of named entries.

    Args:
        area: The part of the contract.
        noun: What an entry is called in the names of rules: ``column``, ``metric``, ``clause``.
        old: The entries before.
        new: The entries after.
        compared: Yields the changes of an entry that is in both.
        single: Yields the changes for an entry in one list only, given ``added``.
    """
    was, now = ({each.name: each for each in entries} for entries in (old, new))

    def alone(entry: T, *, added: bool) -> Iterator[Change]:
        side = {"new" if added else "old": msgspec.to_builtins(entry)}
        yield change(area, f"{noun}_{'added' if added else 'removed'}", entry.name, **side)

    one_sided = single or alone
    for name in [name for name in was if name not in now]:
        yield from one_sided(was[name], added=False)
    for name in [name for name in now if name not in was]:
        yield from one_sided(now[name], added=True)
    before, after = [n for n in was if n in now], [n for n in now if n in was]
    if before != after:
        detail = transition(", ".join(before), ", ".join(after))
        yield change(area, f"{noun}_moved", detail=detail, old=before, new=after)
    for name in after:
        yield from compared(was[name], now[name])


def transition(old: Any, new: Any) -> str:
    """Return the value before and after, in few words.

    >>> transition(0.55, 0.6)
    '0.55 → 0.6'
    >>> transition(0.44303752452182665, 0.44303752452182670)
    '0.44303752452182665 → 0.4430375245218267'
    """
    one, other = (f"{each:g}" if isinstance(each, float) else f"{each}" for each in (old, new))
    return f"{one} → {other}" if one != other else f"{old!r} → {new!r}"


def identical(old: Any, new: Any) -> bool:
    """Return whether two plain values are equal and of one type, all the way down.

    Python's own equality would not tell ``1``, ``1.0`` and ``true`` apart, but a learner may take
    ``1`` for one feature and ``1.0`` for all of them.

    >>> identical({"features": 1}, {"features": 1.0}), identical([True], (True,))
    (False, True)
    """
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(identical(old[name], new[name]) for name in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(identical, old, new))
    return type(old) is type(new) and bool(old == new)
