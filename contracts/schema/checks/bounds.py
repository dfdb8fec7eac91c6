"""Checks of values that have an order: ``ge gt le lt``, ``finite``, and ``ordered`` columns.

Pandera's ``in_range`` is read as two bounds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from contracts.errors import did_you_mean
from contracts.schema.values import MAX, ORDERED, beside, fits, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.schema.checks.condition import Typed

EXPECTED = {
    "int": "a bound is a whole number of 64 bits",
    "float": "a bound is a finite number that a float holds exactly",
    "datetime": "a bound is an instant as 2013-01-01T00:00:00Z, with at most six decimals",
}


class _Bound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the four bounds share, which compare a value with their one argument."""

    name: ClassVar[str]
    kinds: ClassVar[frozenset[str]] = ORDERED

    @property
    def bound(self) -> Any:
        """The one argument."""
        return msgspec.structs.astuple(self)[0]

    def fault(self, kind: str) -> str:
        """Return what the bound should be, empty if it is."""
        return "" if fits(kind, self.bound) else EXPECTED[kind]

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the bound."""
        return {self.name: self.bound}

    def inside(self, kind: str) -> list[Any]:
        """Return the outermost value within: the bound, or its neighbour if the bound is open."""
        within = self.name in {"ge", "le"}
        return [self.bound] if within else beside(kind, self.bound, up=self.name == "gt")

    def outside(self, kind: str) -> list[Any]:
        """Return the first value beyond: the bound, or its neighbour if the bound is closed."""
        within = self.name in {"ge", "le"}
        return beside(kind, self.bound, up=self.name == "le") if within else [self.bound]


class Ge(_Bound, frozen=True):
    """Values are ``min_value`` or more."""

    name: ClassVar[str] = "ge"
    pandera: ClassVar[str] = "greater_than_or_equal_to"
    min_value: int | float | str

    def holds(self, value: Any) -> bool:
        """Return whether the value is not below the bound."""
        return bool(value >= plain(self.min_value))


class Gt(_Bound, frozen=True):
    """Values are more than ``min_value``."""

    name: ClassVar[str] = "gt"
    pandera: ClassVar[str] = "greater_than"
    min_value: int | float | str

    def holds(self, value: Any) -> bool:
        """Return whether the value is above the bound."""
        return bool(value > plain(self.min_value))


class Le(_Bound, frozen=True):
    """Values are ``max_value`` or less."""

    name: ClassVar[str] = "le"
    pandera: ClassVar[str] = "less_than_or_equal_to"
    max_value: int | float | str

    def holds(self, value: Any) -> bool:
        """Return whether the value is not above the bound."""
        return bool(value <= plain(self.max_value))


class Lt(_Bound, frozen=True):
    """Values are less than ``max_value``."""

    name: ClassVar[str] = "lt"
    pandera: ClassVar[str] = "less_than"
    max_value: int | float | str

    def holds(self, value: Any) -> bool:
        """Return whether the value is below the bound."""
        return bool(value < plain(self.max_value))


class Finite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers are neither infinite nor NaN: an infinity passes ``ge(0)``; pandera has no such."""

    name: ClassVar[str] = "finite"
    kinds: ClassVar[frozenset[str]] = frozenset({"float"})

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return nothing: a float off the wire, and a drawn one, is finite anyway."""
        return {}

    def holds(self, value: Any) -> bool:
        """Return whether the value is finite."""
        return math.isfinite(value)

    def rows(self, series: Any) -> Any:
        """Return where a series is finite: no comparison with NaN holds."""
        return series.abs() <= MAX

    def inside(self, _kind: str) -> list[Any]:
        """Return the outermost and the innermost floats."""
        return [MAX, -MAX, -0.0, 5e-324]

    def outside(self, _kind: str) -> list[Any]:
        """Return the floats that are not finite numbers."""
        return [math.inf, -math.inf, math.nan]


class Ordered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The value of column ``lower`` is not above that of ``upper``, where both are there."""

    name: ClassVar[str] = "ordered"
    lower: str
    upper: str

    @property
    def columns(self) -> tuple[str, str]:
        """The two columns."""
        return self.lower, self.upper

    def fault(self, columns: Mapping[str, Typed]) -> str:
        """Return why the two cannot be compared, empty if they are of one kind with an order.

        An integer and a float are not compared: beyond 2**53 a frame rounds, a record does not.
        """
        if self.lower == self.upper:
            return "lower and upper are one column"
        for name in self.columns:
            if name not in columns:
                return f"there is no column {name!r}{did_you_mean(name, columns)}"
        kinds = [columns[name].kind for name in self.columns]
        if kinds[0] != kinds[1] or kinds[0] not in ORDERED:
            return f"expected two columns of one kind out of {sorted(ORDERED)}, got {kinds}"
        return ""

    def holds(self, lower: Any, upper: Any) -> bool:
        """Return whether the two are in order."""
        return bool(lower <= upper)

    def rows(self, lower: Any, upper: Any) -> Any:
        """Return where the two are in order."""
        return lower <= upper
