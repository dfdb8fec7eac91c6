"""Outcome values as typed JSON texts, so that equal values are equal texts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyarrow as pa

from contracts.errors import DataError
from production.database.document import decode, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = bool | int | float | str
#: Beyond this, floats no longer tell neighbouring integers apart.
EXACT = 2**53


def is_value(value: object) -> bool:
    """Return whether an object can be an outcome's value: a scalar, and finite.

    >>> is_value(True), is_value(float("nan")), is_value(None)
    (True, False, False)
    """
    kind = type(value)
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type]
    return kind in (bool, int, str)


def text(value: Value) -> str:
    """Return a value's JSON text; JSON knows one kind of number, so 1.0 and 1 are one value.

    >>> text(True), text(1.0), text("1")
    ('true', '1', '"1"')
    """
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is float and value.is_integer() and abs(value) < EXACT:
        value = int(value)
    return encode(value)


def column(texts: Sequence[str]) -> pa.Array:
    """Return the values of JSON texts as a typed Arrow array.

    Raises:
        DataError: They are of kinds that do not mix.
    """
    distinct = {found: at for at, found in enumerate(dict.fromkeys(texts))}
    try:
        values = pa.array([decode(found) for found in distinct])
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError(
            f"outcomes of kinds that do not mix: {error}",
            hint="check values where outcomes enter, with accepts=",
        ) from error
    return values.take(pa.array([distinct[found] for found in texts], pa.int64()))
