"""Sets of texts: a closed one, or all of some length, a few left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Texts that a line names before it counts the rest.
NAMED = 8


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The texts that a column takes, as far as that can be decided.

    Attributes:
        closed: The closed set; None where any text may come.
        without: Texts left out.
        least: The fewest characters, Unicode code points.
        most: The most; None for any number.
    """

    closed: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    least: int = 0
    most: int | None = None

    def takes(self, text: str) -> bool:
        """Return whether a text is in the set."""
        return (
            (self.closed is None or text in self.closed)
            and text not in self.without
            and self.least <= len(text)
            and (self.most is None or len(text) <= self.most)
        )

    def within(self, limits: Mapping[str, Any]) -> Texts:
        """Return the texts that lie within the limits of a check too."""
        closed, most = self.closed, [self.most, limits.get("max_length")]
        if "values" in limits:
            values = frozenset(limits["values"])
            closed = values if closed is None else closed & values
        return Texts(
            closed=closed,
            without=self.without | {*limits.get("without", ())},
            least=max(self.least, limits.get("min_length", 0)),
            most=min((each for each in most if each is not None), default=None),
        )

    @property
    def listed(self) -> frozenset[str] | None:
        """The texts one by one; None where they cannot be listed."""
        if self.closed is None:
            return None
        return frozenset(text for text in self.closed if self.takes(text))


def lost(old: Texts, new: Texts) -> tuple[str, ...]:
    """Return what old takes and new does not, a phrase each.

    >>> lost(Texts(closed=frozenset({"AA", "YV"})), Texts(closed=frozenset({"AA"})))
    ("'YV'",)
    """
    if old.listed is not None:
        gone = sorted(text for text in old.listed if not new.takes(text))
        return (named(gone),) if gone else ()
    if new.listed is not None:
        return (f"any text but {named(sorted(new.listed))}",)
    return (*_lengths(old, new), *_left_out(old, new))


def named(texts: list[str]) -> str:
    """Return texts in quotes, a long list by its first ones and a count."""
    shown = ", ".join(map(repr, texts[:NAMED]))
    more = len(texts) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown or "none"


def _lengths(old: Texts, new: Texts) -> Iterator[str]:
    if new.least > old.least:
        yield f"shorter than {new.least} characters"
    if new.most is not None and (old.most is None or new.most < old.most):
        yield f"longer than {new.most} characters"


def _left_out(old: Texts, new: Texts) -> Iterator[str]:
    gone = sorted(text for text in new.without if old.takes(text))
    if gone:
        yield named(gone)
