"""Reading a source's rows: instants in any unit, windows, what was known, the digest of it all."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from contracts.moment import END_OF_TIME
from contracts.ports import ARRIVED, OUTCOME, TIME

if TYPE_CHECKING:
    from contracts.ports import Instants

INSTANT = pa.timestamp("us", tz="UTC")


def in_microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return instants as ``timestamp[us, UTC]``, from any Arrow unit; nulls stay null.

    Nanoseconds lose what is below a microsecond: no moment here is finer.
    """
    finer = pa.types.is_timestamp(column.type) and column.type.unit == "ns"
    return column.cast(INSTANT, safe=not finer)


def microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return instants of any Arrow unit as int64 microseconds since 1970; nulls stay null."""
    return in_microseconds(column).cast(pa.int64())


def instants(column: pa.ChunkedArray) -> Instants:
    """Return instants of any Arrow unit, none null, as a numpy array of int64 microseconds."""
    return np.asarray(microseconds(column), dtype=np.int64)


def within(table: pa.Table, start: int, end: int) -> pa.Table:
    """Return the rows with ``start <= time < end``."""
    time = microseconds(table[TIME])
    return table.filter(pc.and_(pc.greater_equal(time, start), pc.less(time, end)))


def as_known(table: pa.Table, known_by: int) -> pa.Table:
    """Return the rows with outcome and arrival null unless they arrived before ``known_by``."""
    if known_by == END_OF_TIME:
        return table
    early = arrived_before(table, known_by)
    for name in (OUTCOME, ARRIVED):
        kind = table.schema.field(name).type
        hidden = pc.if_else(early, table[name], pa.scalar(None, kind))
        table = table.set_column(table.column_names.index(name), name, hidden)
    return table


def arrived_before(table: pa.Table, moment: int) -> pa.ChunkedArray:
    """Return for each row whether its outcome arrived before a moment; false without arrival."""
    return pc.fill_null(pc.less(microseconds(table[ARRIVED]), moment), fill_value=False)


def with_outcome(table: pa.Table) -> pa.Table:
    """Return the rows whose outcome is known."""
    return table.filter(pc.is_valid(table[OUTCOME]))


def content_digest(table: pa.Table) -> str:
    """Return the SHA-256 of a table written as text: equal for equal names and values.

    Chunks, and what an engine left in memory under a null, do not count: two equal queries differ
    in both.
    """
    text = BytesIO()
    csv.write_csv(table, text)
    return hashlib.sha256(text.getbuffer()).hexdigest()
