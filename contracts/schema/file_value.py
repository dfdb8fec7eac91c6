"""The arguments of a check as a file states them: of Python's own types, exactly or not at all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from reprlib import repr as short
from typing import Any

import numpy as np

from contracts.errors import ContractError


def file_value(value: Any, where: str) -> Any:
    """Return a value as JSON and YAML have it: None, a bool, int, float or str.

    A member of an enumeration of numbers or texts is its number or text, a scalar of NumPy what it
    holds, a decimal or a fraction the number that equals it.

    Args:
        value: The value.
        where: Which check or column it is of, for the message.

    Raises:
        ContractError: No such value equals it.

    >>> file_value(Decimal("0.5"), "x"), file_value(np.int64(7), "x")
    (0.5, 7)
    """
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, str):
        return str.__str__(number)
    if number is None or isinstance(number, bool):
        return number
    for kind in (int, float):
        if isinstance(number, kind | Decimal | Fraction) and _equal(kind, number):
            return kind(number)
    raise ContractError(
        f"{where} has {short(value)}, which a contract cannot state exactly",
        hint="give it as a number, a text (an instant in ISO 8601), or true or false",
    )


def _equal(kind: type[int | float], number: Any) -> bool:
    """Return whether a number is one of a kind, exactly."""
    try:
        return type(number) is kind or bool(kind(number) == number)
    except (ValueError, OverflowError):
        return False
