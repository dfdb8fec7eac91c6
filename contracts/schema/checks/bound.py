"""Bounds of numbers and instants: ``ge``, ``gt``, ``le``, ``lt``.

Pandera's ``in_range`` is read as two of them.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from contracts.schema.checks.value import ORDERED, beside, fits, plain

Bound = int | float | str


class Ge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are ``min_value`` or more."""

    name: ClassVar[str] = "ge"
    pandera: ClassVar[str] = "greater_than_or_equal_to"
    kinds: ClassVar[frozenset[str]] = ORDERED
    min_value: Bound

    def fault(self, kind: str) -> str:
        """Say what the bound should be."""
        return _fault(kind, self.min_value)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the bound."""
        return {"ge": self.min_value}

    def holds(self, value: Any) -> bool:
        """Return whether the value is not below the bound."""
        return bool(value >= plain(self.min_value))

    def inside(self, _kind: str) -> list[Any]:
        """Return the bound."""
        return [self.min_value]

    def outside(self, kind: str) -> list[Any]:
        """Return the bound's lower neighbour."""
        return beside(kind, self.min_value, up=False)


class Gt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are more than ``min_value``."""

    name: ClassVar[str] = "gt"
    pandera: ClassVar[str] = "greater_than"
    kinds: ClassVar[frozenset[str]] = ORDERED
    min_value: Bound

    def fault(self, kind: str) -> str:
        """Say what the bound should be."""
        return _fault(kind, self.min_value)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the bound."""
        return {"gt": self.min_value}

    def holds(self, value: Any) -> bool:
        """Return whether the value is above the bound."""
        return bool(value > plain(self.min_value))

    def inside(self, kind: str) -> list[Any]:
        """Return the bound's upper neighbour."""
        return beside(kind, self.min_value, up=True)

    def outside(self, _kind: str) -> list[Any]:
        """Return the bound."""
        return [self.min_value]


class Le(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are ``max_value`` or less."""

    name: ClassVar[str] = "le"
    pandera: ClassVar[str] = "less_than_or_equal_to"
    kinds: ClassVar[frozenset[str]] = ORDERED
    max_value: Bound

    def fault(self, kind: str) -> str:
        """Say what the bound should be."""
        return _fault(kind, self.max_value)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the bound."""
        return {"le": self.max_value}

    def holds(self, value: Any) -> bool:
        """Return whether the value is not above the bound."""
        return bool(value <= plain(self.max_value))

    def inside(self, _kind: str) -> list[Any]:
        """Return the bound."""
        return [self.max_value]

    def outside(self, kind: str) -> list[Any]:
        """Return the bound's upper neighbour."""
        return beside(kind, self.max_value, up=True)


class Lt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are less than ``max_value``."""

    name: ClassVar[str] = "lt"
    pandera: ClassVar[str] = "less_than"
    kinds: ClassVar[frozenset[str]] = ORDERED
    max_value: Bound

    def fault(self, kind: str) -> str:
        """Say what the bound should be."""
        return _fault(kind, self.max_value)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the bound."""
        return {"lt": self.max_value}

    def holds(self, value: Any) -> bool:
        """Return whether the value is below the bound."""
        return bool(value < plain(self.max_value))

    def inside(self, kind: str) -> list[Any]:
        """Return the bound's lower neighbour."""
        return beside(kind, self.max_value, up=False)

    def outside(self, _kind: str) -> list[Any]:
        """Return the bound."""
        return [self.max_value]


def _fault(kind: str, bound: Bound) -> str:
    if fits(kind, bound):
        return ""
    return {
        "int": "a bound is a whole number of 64 bits",
        "float": "a bound is a finite number that a float holds exactly",
    }.get(kind, "a bound is an instant as 2013-01-01T00:00:00Z, with at most six decimals")
