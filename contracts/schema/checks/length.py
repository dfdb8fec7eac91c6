"""How long a text is: ``str_length``, in characters (Unicode code points)."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from contracts.schema.checks.text import TEXT

FACE = "\N{GRINNING FACE}"  # one character, two UTF-16 units, four bytes


class Length(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts have at least ``min_value`` characters and at most ``max_value``."""

    name: ClassVar[str] = "str_length"
    pandera: ClassVar[str] = "str_length"
    kinds: ClassVar[frozenset[str]] = TEXT
    min_value: int | None = None
    max_value: int | None = None

    def fault(self, _kind: str) -> str:
        """Say what the bounds should be."""
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
