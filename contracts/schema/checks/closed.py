"""Sets of values: ``isin`` closes a column, ``notin`` leaves some out."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from contracts.schema.checks.value import beside, fits


class Isin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are of a closed set."""

    name: ClassVar[str] = "isin"
    pandera: ClassVar[str] = "isin"
    kinds: ClassVar[frozenset[str]] = frozenset({"int", "category"})
    allowed_values: tuple[int | str, ...]

    def fault(self, kind: str) -> str:
        """Say what a closed set is."""
        return _fault(kind, self.allowed_values)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the set."""
        return {"values": self.allowed_values}

    def holds(self, value: Any) -> bool:
        """Return whether the value is one of the set."""
        return value in self.allowed_values

    def inside(self, _kind: str) -> list[Any]:
        """Return the set."""
        return [*self.allowed_values]

    def outside(self, kind: str) -> list[Any]:
        """Return values near those of the set, and an unknown category."""
        if kind == "int":
            return [max(each for each in self.allowed_values if isinstance(each, int)) + 1]
        near = ("", "no such category", f"{self.allowed_values[0]} ")
        return [each for each in near if each not in self.allowed_values]


class Notin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No value is of a set."""

    name: ClassVar[str] = "notin"
    pandera: ClassVar[str] = "notin"
    kinds: ClassVar[frozenset[str]] = frozenset({"int", "float", "str"})
    forbidden_values: tuple[int | float | str, ...]

    def fault(self, kind: str) -> str:
        """Say what such a set is."""
        return _fault(kind, self.forbidden_values)

    def holds(self, value: Any) -> bool:
        """Return whether the value is none of the set."""
        return value not in self.forbidden_values

    def inside(self, kind: str) -> list[Any]:
        """Return neighbours of the set's values that are none of it."""
        near = [
            other
            for value in self.forbidden_values
            for other in (beside(kind, value, up=True) if kind != "str" else [f"{value} "])
        ]
        return [each for each in near if each not in self.forbidden_values]

    def outside(self, _kind: str) -> list[Any]:
        """Return the set."""
        return [*self.forbidden_values]


def _fault(kind: str, values: tuple[Any, ...]) -> str:
    if values and len({*values}) == len(values) and all(fits(kind, value) for value in values):
        return ""
    return f"expected a list of distinct values of kind {kind}, one at least"
