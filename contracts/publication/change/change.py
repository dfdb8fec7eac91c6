"""One change between two versions of a contract, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.publication.change.rule import Rule
from contracts.publication.change.rules import rule

if TYPE_CHECKING:
    from contracts.publication.change.rule import Area

NOBODY = "neither side breaks"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A difference, and the rule that says whom it breaks.

    Attributes:
        rule: The kind of change.
        where: The column, metric, clause or term; empty where the area says it all.
        said: What it comes to: ``no longer 'YV'``, ``0.55 → 0.6``.
        old: What was, as plain data; None where nothing was.
        new: What is.
    """

    rule: Rule
    where: str = ""
    said: str = ""
    old: Any = None
    new: Any = None

    @property
    def place(self) -> str:
        """Where it is: ``input carrier``."""
        return f"{self.rule.area} {self.where}".rstrip()

    @property
    def breaks(self) -> str:
        """Whom it breaks, in words."""
        return {
            "both": "consumer and implementer break",
            "consumer": "the consumer breaks",
            "implementer": "the implementer breaks",
            "neither": NOBODY,
        }[self.rule.breaks]

    def __str__(self) -> str:
        said = f": {self.said}" if self.said else ""
        return f"{self.place}: {self.rule.change}{said} ({self.breaks})"


def change(
    area: Area, name: str, where: str = "", said: str = "", *, old: Any = None, new: Any = None
) -> Change:
    """Return a change by the name of its rule."""
    return Change(rule=rule(area, name), where=where, said=said, old=old, new=new)


def became(old: Any, new: Any) -> str:
    """Return what was and what is, in few words.

    >>> became(0.55, 0.6)
    '0.55 → 0.6'
    >>> became(0.44303752452182665, 0.44303752452182670)
    '0.44303752452182665 → 0.4430375245218267'
    """
    one, other = (f"{each:g}" if isinstance(each, float) else f"{each}" for each in (old, new))
    return f"{one} → {other}" if one != other else f"{old!r} → {new!r}"
