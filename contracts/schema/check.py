"""The checks a contract's column may carry: those that mean the same on a frame and on a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

#: check: (its name in pandera, the argument that may stand alone, the kinds of column it fits)
KNOWN: dict[str, tuple[str, str, frozenset[str]]] = {
    "ge": ("greater_than_or_equal_to", "min_value", frozenset({"int", "float", "datetime"})),
    "gt": ("greater_than", "min_value", frozenset({"int", "float", "datetime"})),
    "le": ("less_than_or_equal_to", "max_value", frozenset({"int", "float", "datetime"})),
    "lt": ("less_than", "max_value", frozenset({"int", "float", "datetime"})),
    "isin": ("isin", "allowed_values", frozenset({"int", "category"})),
    "str_length": ("str_length", "", frozenset({"str"})),
    "str_matches": ("str_matches", "pattern", frozenset({"str"})),
    "finite": ("finite", "", frozenset({"float"})),
}
#: pandera's names and ours, to ours.
NAMES = {name: name for name in KNOWN} | {known[0]: name for name, known in KNOWN.items()}


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One condition on every value of a column that is not null.

    Attributes:
        name: One of `KNOWN`.
        args: Its arguments, named as pandera names them. A datetime's bound is ISO 8601 text.
    """

    name: str
    args: dict[str, Any] = {}

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.args.items())
        return f"{self.name}({shown})"


def ge(bound: float | str) -> Check:
    """Return the check that values are ``bound`` or more."""
    return Check(name="ge", args={"min_value": bound})


def gt(bound: float | str) -> Check:
    """Return the check that values are more than ``bound``."""
    return Check(name="gt", args={"min_value": bound})


def le(bound: float | str) -> Check:
    """Return the check that values are ``bound`` or less."""
    return Check(name="le", args={"max_value": bound})


def lt(bound: float | str) -> Check:
    """Return the check that values are less than ``bound``."""
    return Check(name="lt", args={"max_value": bound})


def isin(values: Iterable[str | int]) -> Check:
    """Return the check that values are of a closed set."""
    return Check(name="isin", args={"allowed_values": [*values]})


def str_length(least: int | None = None, most: int | None = None) -> Check:
    """Return the check that texts have so many characters (Unicode code points)."""
    bounds = {"min_value": least, "max_value": most}
    return Check(name="str_length", args={k: v for k, v in bounds.items() if v is not None})


def str_matches(pattern: str) -> Check:
    """Return the check that texts match a pattern of the portable kind, whole."""
    return Check(name="str_matches", args={"pattern": pattern})


def finite() -> Check:
    """Return the check that numbers are neither infinite nor NaN."""
    return Check(name="finite")
