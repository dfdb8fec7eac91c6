"""A source's columns in the types that all code here expects: carried exactly, or refused."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from contracts.data.rows import INSTANT
from contracts.errors import DataError

LARGEST = 2**63 - 1
#: Whole numbers up to this one are floats too, one by one; decimals of fewer digits come back.
EXACT = 2**53
#: How many microseconds a unit of instants has.
MICROSECONDS = {"s": 10**6, "ms": 10**3, "us": 1}


class Exact(msgspec.Struct, frozen=True, kw_only=True):
    """A column in its type here.

    Attributes:
        column: The values.
        lost: Which of them are not the source's, because the type cannot hold those; none if all
            are.
        why: What these are, in words.
        hint: What can be done about them.
    """

    column: pa.ChunkedArray
    lost: pa.ChunkedArray | None = None
    why: str = ""
    hint: str = "derive a smaller number, or a text, from it in the source's query"


def exact(name: str, column: pa.ChunkedArray) -> Exact:
    """Return a column in its type here: see `plain_type`.

    Raises:
        DataError: The type is none of a column here; the message names the column, and the hint a
            change of the source's query.
    """
    _check_type(name, column.type)
    try:
        if kinds.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        return _converted(name, column)
    except pa.ArrowException as error:
        raise DataError(
            f"column {name!r}: {column.type} cannot be read: {error}",
            hint=f"cast it in the source's query: CAST({name} AS …)",
        ) from error


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return a type as it is here: int64, float64, string, ``timestamp[us, UTC]``; others stay.

    >>> plain_type(pa.dictionary(pa.int8(), pa.large_string()))
    DataType(string)
    """
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    if kinds.is_integer(kind):
        return pa.int64()
    if kinds.is_floating(kind) or kinds.is_decimal(kind):
        return pa.float64()
    if kinds.is_timestamp(kind):
        return INSTANT
    return pa.string() if kinds.is_large_string(kind) or kinds.is_string_view(kind) else kind


def _check_type(name: str, kind: pa.DataType) -> None:
    """Check that a column has a type, and instants a zone."""
    if kinds.is_null(kind):
        raise DataError(
            f"column {name!r}: expected a type, got a column of nulls without one",
            hint=f"give it its type in the source's query: CAST({name} AS DOUBLE), say",
        )
    if kinds.is_timestamp(kind) and kind.tz is None:
        raise DataError(
            f"column {name!r}: expected instants with a time zone, got {kind}",
            hint=f"name the zone of its clock in the source's query: {name} AT TIME ZONE 'UTC'",
        )


def _converted(name: str, column: pa.ChunkedArray) -> Exact:
    kind, plain = column.type, plain_type(column.type)
    if kinds.is_timestamp(kind):
        return _instants(name, column)
    if kinds.is_uint64(kind):
        lost = pc.greater(column, pa.scalar(LARGEST, kind))
        return Exact(
            column=column.cast(plain, safe=False), lost=lost, why="whole numbers beyond int64"
        )
    if kinds.is_decimal(kind):
        return Exact(
            column=column.cast(plain), lost=_long(column), why="decimals that no float64 holds"
        )
    return Exact(column=column.cast(plain))


def _instants(name: str, column: pa.ChunkedArray) -> Exact:
    """Return instants in microseconds: none here is finer, or farther than those reach."""
    kind, converted = column.type, column.cast(INSTANT, safe=False)
    if kind.unit == "ns":
        finer = pc.not_equal(converted.cast(pa.timestamp("ns", "UTC")), column)
        hint = f"cut it off in the source's query: date_trunc('microsecond', {name})"
        return Exact(
            column=converted, lost=finer, why="instants finer than a microsecond", hint=hint
        )
    farthest = LARGEST // MICROSECONDS[kind.unit]
    units = column.cast(pa.int64())
    far = pc.or_(pc.greater(units, farthest), pc.less(units, -farthest))
    return Exact(column=converted, lost=far, why="instants beyond int64 microseconds")


def _long(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return which decimals have more digits than a float64 holds."""
    kind = column.type
    largest = Decimal(EXACT).scaleb(-kind.scale)
    if kind.precision < len(str(EXACT)):
        return None
    limit = pa.scalar(largest, kind)
    return pc.or_(pc.greater(column, limit), pc.less(column, pa.scalar(-largest, kind)))
