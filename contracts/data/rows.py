"""Rows of a source as Arrow tables: their types, their window, and what was known by a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import DataError
from contracts.moment import EVER
from contracts.ports import ARRIVED, ID, KEY, KNOWN, OUTCOME, TIME

if TYPE_CHECKING:
    from contracts.ports import Instants

#: The columns every source has, in order; a product's own input columns follow.
STANDARD = (ID, KEY, TIME, OUTCOME, ARRIVED, KNOWN)
INSTANT = pa.timestamp("us", tz="UTC")


def normal(table: pa.Table) -> pa.Table:
    """Return a table with the few types all code here expects, whatever its engine used.

    Instants become ``timestamp[us, UTC]``, integers int64, floats float64, texts string.

    Raises:
        DataError: As `require`.
    """
    require(table.schema)
    return table.cast(pa.schema([(field.name, _type(field.type)) for field in table.schema]))


def require(schema: pa.Schema) -> None:
    """Check that the standard columns come first, in their types.

    Raises:
        DataError: A standard column is missing or elsewhere, an id or a key is no text, or an
            instant is none or says no time zone.
    """
    names = schema.names
    if tuple(names[: len(STANDARD)]) != STANDARD:
        raise DataError(
            f"expected the columns {', '.join(STANDARD)} first, got {', '.join(names)}",
            hint="give every event these columns in the source's query; arrived and known too",
        )
    for name in (ID, KEY):
        if _type(schema.field(name).type) != pa.string():
            raise DataError(
                f"column {name!r}: expected text, got {schema.field(name).type}",
                hint=f"cast it in the source's query: CAST({name} AS VARCHAR)",
            )
    for name in (TIME, ARRIVED, KNOWN):
        kind = schema.field(name).type
        if not pa.types.is_timestamp(kind):
            hint = f"cast it in the source's query: CAST({name} AS TIMESTAMP WITH TIME ZONE)"
        elif kind.tz is None:
            hint = (
                f"say in the source's query which zone its clock shows: {name} AT TIME ZONE 'UTC'"
            )
        else:
            continue
        raise DataError(
            f"column {name!r}: expected instants with a time zone, got {kind}", hint=hint
        )


def instants(column: pa.ChunkedArray) -> Instants:
    """Return a column of instants without nulls as int64 microseconds."""
    micros: Instants = np.asarray(column.cast(INSTANT).cast(pa.int64()), dtype=np.int64)
    return micros


def within(table: pa.Table, start: int, end: int) -> pa.Table:
    """Return the rows with ``start <= time < end``."""
    time = table[TIME]
    return table.filter(pc.and_(pc.greater_equal(time, at(start)), pc.less(time, at(end))))


def as_known(table: pa.Table, known_by: int) -> pa.Table:
    """Return the rows with outcome and arrival null unless they arrived before ``known_by``."""
    if known_by == EVER:
        return table
    seen = pc.fill_null(pc.less(table[ARRIVED], at(known_by)), fill_value=False)
    for name in (OUTCOME, ARRIVED):
        kind = table.schema.field(name).type
        hidden = pc.if_else(seen, table[name], pa.scalar(None, kind))
        table = table.set_column(table.column_names.index(name), name, hidden)
    return table


def with_outcome(table: pa.Table) -> pa.Table:
    """Return the rows whose outcome is known."""
    return table.filter(pc.is_valid(table[OUTCOME]))


def at(moment: int) -> pa.Scalar:
    """Return an instant as an Arrow scalar."""
    return pa.scalar(moment, INSTANT)


def _type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_timestamp(kind):
        return INSTANT
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    return pa.string() if pa.types.is_large_string(kind) else kind
