"""What a text contains: ``str_startswith``, ``str_endswith``, ``str_contains``, ``str_matches``.

Literals are compared character by character; patterns are those that engines read alike.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from contracts.errors import LiaisonError
from contracts.schema.checks.value import unicode
from contracts.schema.pattern import found, portable, portable_part

TEXT = frozenset({"str"})
#: Texts that few patterns match, and such that many do.
TRIED = ("", "\n", " ", "a", "A", "0", "-", "é", "aaa", "000", "\N{GRINNING FACE}")


class StartsWith(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts start with ``string``."""

    name: ClassVar[str] = "str_startswith"
    pandera: ClassVar[str] = "str_startswith"
    kinds: ClassVar[frozenset[str]] = TEXT
    string: str

    def fault(self, _kind: str) -> str:
        """Say what the text should be."""
        return _literal(self.string)

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


class EndsWith(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts end with ``string``."""

    name: ClassVar[str] = "str_endswith"
    pandera: ClassVar[str] = "str_endswith"
    kinds: ClassVar[frozenset[str]] = TEXT
    string: str

    def fault(self, _kind: str) -> str:
        """Say what the text should be."""
        return _literal(self.string)

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


class Contains(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somewhere in each text the pattern is found."""

    name: ClassVar[str] = "str_contains"
    pandera: ClassVar[str] = "str_contains"
    kinds: ClassVar[frozenset[str]] = TEXT
    pattern: str

    def fault(self, _kind: str) -> str:
        """Say what keeps the pattern from meaning the same to every engine."""
        return _pattern(portable_part, self.pattern)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the pattern, as part of a text."""
        return {"part": portable_part(self.pattern)}

    def holds(self, value: Any) -> bool:
        """Return whether the pattern is found in the text."""
        return found(self.pattern, value)

    def inside(self, _kind: str) -> list[Any]:
        """Return texts in which it is found, among some tried."""
        return [text for text in (*TRIED, self.pattern) if self.holds(text)]

    def outside(self, _kind: str) -> list[Any]:
        """Return texts in which it is not found, among some tried."""
        return [text for text in TRIED if not self.holds(text)]


class Matches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each text as a whole matches the pattern ``^…$``."""

    name: ClassVar[str] = "str_matches"
    pandera: ClassVar[str] = "str_matches"
    kinds: ClassVar[frozenset[str]] = TEXT
    pattern: str

    def fault(self, _kind: str) -> str:
        """Say what keeps the pattern from meaning the same to every engine."""
        return _pattern(portable, self.pattern)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the pattern."""
        return {"pattern": portable(self.pattern)}

    def holds(self, value: Any) -> bool:
        """Return whether the text matches."""
        return found(self.pattern, value)

    def inside(self, _kind: str) -> list[Any]:
        """Return texts that match, among some tried."""
        return [text for text in TRIED if self.holds(text)]

    def outside(self, _kind: str) -> list[Any]:
        """Return texts that do not match, among some tried; a newline after one that does."""
        tried = (*TRIED, self.pattern, *(f"{text}\n" for text in TRIED))
        return [text for text in tried if not self.holds(text)]


def _literal(text: str) -> str:
    return "" if text and unicode(text) else "expected a text that is not empty"


def _pattern(form: Any, pattern: str) -> str:
    try:
        form(pattern)
    except LiaisonError as error:
        return f"{error.message}: {error.hint}"
    return "" if unicode(pattern) else "the pattern holds half a character (a surrogate)"
