"""Checks of texts: their length, and what they start with, end with, contain and match.

Literals are compared character by character; patterns are those that engines read alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec

from contracts.errors import LiaisonError
from contracts.schema.pattern import matches, portable, portable_part
from contracts.schema.values import unicode

TEXT = frozenset({"str"})
FACE = "\N{GRINNING FACE}"  # one character, two UTF-16 units, four bytes
#: Texts that few patterns match, and some that many do.
TRIED = ("", "\n", " ", "a", "A", "0", "-", "é", "aaa", "000", FACE)


class Length(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts have from ``min_value`` to ``max_value`` characters (Unicode code points)."""

    name: ClassVar[str] = "str_length"
    pandera: ClassVar[str] = "str_length"
    kinds: ClassVar[frozenset[str]] = TEXT
    min_value: int | None = None
    max_value: int | None = None

    def fault(self, _kind: str) -> str:
        """Return what the bounds should be, empty if they are."""
        stated = [bound for bound in (self.min_value, self.max_value) if bound is not None]
        if stated and stated != [0] and min(stated) >= 0 and stated == sorted(stated):
            return ""
        return "expected the least and the greatest count, or one of them; no less than 0 says all"

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the bounds that are stated."""
        bounds = {"min_length": self.min_value, "max_length": self.max_value}
        return {name: bound for name, bound in bounds.items() if bound is not None}

    def holds(self, value: Any) -> bool:
        """Return whether the text has so many characters."""
        long_enough = self.min_value is None or len(value) >= self.min_value
        return long_enough and (self.max_value is None or len(value) <= self.max_value)

    def inside(self, _kind: str) -> list[Any]:
        """Return the shortest text and the longest."""
        return [FACE * length for length in {self.min_value or 0, self.max_value or 0}]

    def outside(self, _kind: str) -> list[Any]:
        """Return texts shorter and longer by one character."""
        shorter = [FACE * (self.min_value - 1)] if self.min_value else []
        return shorter + ([] if self.max_value is None else [FACE * (self.max_value + 1)])


class _Literal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the checks of a text's start and end share: a literal."""

    kinds: ClassVar[frozenset[str]] = TEXT
    string: str

    def fault(self, _kind: str) -> str:
        """Return what the literal should be, empty if it is."""
        return "" if self.string and unicode(self.string) else "expected a text that is not empty"


class StartsWith(_Literal, frozen=True):
    """Texts start with ``string``."""

    name: ClassVar[str] = "str_startswith"
    pandera: ClassVar[str] = "str_startswith"

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the start."""
        return {"prefix": self.string}

    def holds(self, value: Any) -> bool:
        """Return whether the text starts so."""
        return bool(value.startswith(self.string))

    def inside(self, _kind: str) -> list[Any]:
        """Return the start alone, and with something after it."""
        return [self.string, f"{self.string}\n", f"{self.string}é"]

    def outside(self, _kind: str) -> list[Any]:
        """Return less than the start, and the start after something."""
        return [self.string[:-1], f"\n{self.string}", f" {self.string}"]


class EndsWith(_Literal, frozen=True):
    """Texts end with ``string``."""

    name: ClassVar[str] = "str_endswith"
    pandera: ClassVar[str] = "str_endswith"

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the end."""
        return {"suffix": self.string}

    def holds(self, value: Any) -> bool:
        """Return whether the text ends so."""
        return bool(value.endswith(self.string))

    def inside(self, _kind: str) -> list[Any]:
        """Return the end alone, and with something before it."""
        return [self.string, f"\n{self.string}", f"é{self.string}"]

    def outside(self, _kind: str) -> list[Any]:
        """Return less than the end, and the end before something."""
        return [self.string[1:], f"{self.string}\n", f"{self.string} "]


class _Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the checks of patterns share."""

    kinds: ClassVar[frozenset[str]] = TEXT
    form: ClassVar[Callable[[str], str]]
    pattern: str

    def fault(self, _kind: str) -> str:
        """Return why engines do not read the pattern alike, empty if they do."""
        try:
            type(self).form(self.pattern)
        except LiaisonError as error:
            return f"{error.message}: {error.hint}"
        if unicode(self.pattern):
            return ""
        return "the pattern holds half a character (a surrogate)"

    def holds(self, value: Any) -> bool:
        """Return whether the text matches, or contains a match."""
        return matches(self.pattern, value)

    def inside(self, _kind: str) -> list[Any]:
        """Return texts for which it holds, among some tried."""
        return [text for text in (*TRIED, self.pattern) if self.holds(text)]

    def outside(self, _kind: str) -> list[Any]:
        """Return texts for which it does not hold, among some tried; some end with a newline."""
        tried = (*TRIED, self.pattern, *(f"{text}\n" for text in TRIED))
        return [text for text in tried if not self.holds(text)]


class Contains(_Pattern, frozen=True):
    """Somewhere in each text the pattern is found."""

    name: ClassVar[str] = "str_contains"
    pandera: ClassVar[str] = "str_contains"
    form: ClassVar[Callable[[str], str]] = staticmethod(portable_part)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the pattern, as part of a text."""
        return {"part": portable_part(self.pattern)}


class Matches(_Pattern, frozen=True):
    """Each text as a whole matches the pattern ``^…$``."""

    name: ClassVar[str] = "str_matches"
    pandera: ClassVar[str] = "str_matches"
    form: ClassVar[Callable[[str], str]] = staticmethod(portable)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the pattern."""
        return {"pattern": portable(self.pattern)}
