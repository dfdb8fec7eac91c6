"""Finite numbers: pandera has no such check, and an infinity passes ``ge(0)``."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import msgspec

from contracts.schema.checks.value import MAX


class Finite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers are neither infinite nor NaN."""

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
        """Return what is no finite number."""
        return [math.inf, -math.inf, math.nan]
