"""Checks that list values: ``eq isin`` all that there are, ``ne notin`` some that are left out."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from contracts.schema.values import ORDERED, beside, fits, neighbours, plain


class _Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``eq`` and ``ne`` share: one value of the column's kind."""

    kinds: ClassVar[frozenset[str]] = frozenset({"int", "float", "bool", "str", "datetime"})
    value: bool | int | float | str

    def fault(self, kind: str) -> str:
        """Return that the value is not of the column's kind, empty if it is."""
        return "" if fits(kind, self.value) else f"{self.value!r} is no value of kind {kind}"

    def equals(self, value: Any) -> bool:
        """Return whether a record's value is this one: a text may be an instant, or a text."""
        return bool(value == (self.value if isinstance(value, str) else plain(self.value)))

    def others(self, kind: str) -> list[Any]:
        """Return other values near this one."""
        if kind == "bool":
            return [not self.value]
        if kind in ORDERED:
            return neighbours(kind, self.value)
        return [f"{self.value} ", f" {self.value}"] + ([""] if self.value else [])


class Eq(_Value, frozen=True):
    """Values equal ``value``."""

    name: ClassVar[str] = "eq"
    pandera: ClassVar[str] = "equal_to"

    def limits(self, kind: str) -> dict[str, Any]:
        """Return the value: as both bounds where the kind is ordered and has no closed sets."""
        if kind in {"float", "datetime"}:
            return {"ge": self.value, "le": self.value}
        return {"values": (self.value,)}

    def holds(self, value: Any) -> bool:
        """Return whether the value is the one."""
        return self.equals(value)

    def inside(self, _kind: str) -> list[Any]:
        """Return the value."""
        return [self.value]

    def outside(self, kind: str) -> list[Any]:
        """Return the value's neighbours."""
        return self.others(kind)


class Ne(_Value, frozen=True):
    """No value equals ``value``."""

    name: ClassVar[str] = "ne"
    pandera: ClassVar[str] = "not_equal_to"

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the value, as left out."""
        return {"without": (self.value,)}

    def holds(self, value: Any) -> bool:
        """Return whether the value is another."""
        return not self.equals(value)

    def inside(self, kind: str) -> list[Any]:
        """Return the value's neighbours."""
        return self.others(kind)

    def outside(self, _kind: str) -> list[Any]:
        """Return the value."""
        return [self.value]


class Isin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are of a closed set."""

    name: ClassVar[str] = "isin"
    pandera: ClassVar[str] = "isin"
    kinds: ClassVar[frozenset[str]] = frozenset({"int", "category"})
    allowed_values: tuple[int | str, ...]

    def fault(self, kind: str) -> str:
        """Return what a closed set should be, empty if this is one."""
        return _set_fault(kind, self.allowed_values)

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
        """Return what such a set should be, empty if this is one."""
        return _set_fault(kind, self.forbidden_values)

    def limits(self, _kind: str) -> dict[str, Any]:
        """Return the set, as left out."""
        return {"without": self.forbidden_values}

    def holds(self, value: Any) -> bool:
        """Return whether the value is outside the set."""
        return value not in self.forbidden_values

    def inside(self, kind: str) -> list[Any]:
        """Return neighbours of the set's values that are outside it."""
        near = [
            other
            for value in self.forbidden_values
            for other in (beside(kind, value, up=True) if kind != "str" else [f"{value} "])
        ]
        return [each for each in near if each not in self.forbidden_values]

    def outside(self, _kind: str) -> list[Any]:
        """Return the set."""
        return [*self.forbidden_values]


def _set_fault(kind: str, values: tuple[Any, ...]) -> str:
    if values and len({*values}) == len(values) and all(fits(kind, value) for value in values):
        return ""
    return f"expected a list of distinct values of kind {kind}, one at least"
