"""One value alone, or all but one: ``eq`` and ``ne``."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from contracts.schema.checks.value import ORDERED, beside, fits, plain

KINDS = frozenset({"int", "float", "bool", "str", "datetime"})
Value = bool | int | float | str


class Eq(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values equal ``value``."""

    name: ClassVar[str] = "eq"
    pandera: ClassVar[str] = "equal_to"
    kinds: ClassVar[frozenset[str]] = KINDS
    value: Value

    def fault(self, kind: str) -> str:
        """Say that the value is none of the column's kind."""
        return _fault(kind, self.value)

    def limits(self, kind: str) -> dict[str, Any]:
        """Return the value: as both bounds where the kind is ordered and has no closed sets."""
        if kind in {"float", "datetime"}:
            return {"ge": self.value, "le": self.value}
        return {"values": (self.value,)}

    def holds(self, value: Any) -> bool:
        """Return whether the value is the one."""
        return bool(value == _as(value, self.value))

    def inside(self, _kind: str) -> list[Any]:
        """Return the value."""
        return [self.value]

    def outside(self, kind: str) -> list[Any]:
        """Return the value's neighbours."""
        return _others(kind, self.value)


class Ne(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No value equals ``value``."""

    name: ClassVar[str] = "ne"
    pandera: ClassVar[str] = "not_equal_to"
    kinds: ClassVar[frozenset[str]] = KINDS
    value: Value

    def fault(self, kind: str) -> str:
        """Say that the value is none of the column's kind."""
        return _fault(kind, self.value)

    def holds(self, value: Any) -> bool:
        """Return whether the value is another."""
        return bool(value != _as(value, self.value))

    def inside(self, kind: str) -> list[Any]:
        """Return the value's neighbours."""
        return _others(kind, self.value)

    def outside(self, _kind: str) -> list[Any]:
        """Return the value."""
        return [self.value]


def _as(value: Any, other: Value) -> Any:
    """Return an argument as the kind of a record's value: a text may be an instant, or a text."""
    return other if isinstance(value, str) else plain(other)


def _fault(kind: str, value: Value) -> str:
    return "" if fits(kind, value) else f"{value!r} is no value of kind {kind}"


def _others(kind: str, value: Any) -> list[Any]:
    if kind == "bool":
        return [not value]
    if kind in ORDERED:
        return [each for up in (False, True) for each in beside(kind, value, up=up)]
    return [f"{value} ", f" {value}"] + ([""] if value else [])
