"""Checks by the names that pandera gives them, for columns written in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.schema.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def eq(value: float | str) -> Check:
    """Return the check that values equal ``value``."""
    return Check(name="eq", args={"value": value})


def ne(value: float | str) -> Check:
    """Return the check that no value equals ``value``."""
    return Check(name="ne", args={"value": value})


def isin(values: Iterable[str | int]) -> Check:
    """Return the check that values are of a closed set."""
    return Check(name="isin", args={"allowed_values": [*values]})


def notin(values: Iterable[str | float]) -> Check:
    """Return the check that no value is of a set."""
    return Check(name="notin", args={"forbidden_values": [*values]})


def str_length(least: int | None = None, most: int | None = None) -> Check:
    """Return the check that texts have so many characters (Unicode code points)."""
    bounds = {"min_value": least, "max_value": most}
    return Check(name="str_length", args={k: v for k, v in bounds.items() if v is not None})


def str_matches(pattern: str) -> Check:
    """Return the check that texts match a pattern of the portable kind, whole."""
    return Check(name="str_matches", args={"pattern": pattern})


def str_contains(pattern: str) -> Check:
    """Return the check that a pattern of the portable kind is found in each text."""
    return Check(name="str_contains", args={"pattern": pattern})


def str_startswith(string: str) -> Check:
    """Return the check that texts start with ``string``."""
    return Check(name="str_startswith", args={"string": string})


def str_endswith(string: str) -> Check:
    """Return the check that texts end with ``string``."""
    return Check(name="str_endswith", args={"string": string})


def finite() -> Check:
    """Return the check that numbers are neither infinite nor NaN."""
    return Check(name="finite")


def ordered(lower: str, upper: str) -> Check:
    """Return the check between columns that the one is not above the other, where both are."""
    return Check(name="ordered", args={"lower": lower, "upper": upper})
