"""A hash of every row of a table, computed column by column: fast, and equal on every machine.

It tells changed rows from unchanged ones and resists no attack: whoever could forge a row could as
well change what it is compared with.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.rows import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable

Hashes = npt.NDArray[np.uint64]

#: The constants of splitmix64 (Steele, Lea and Flood: Fast splittable pseudorandom number
#: generators, 2014).
STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
#: What a null hashes to, and any NaN.
NULL, NAN = np.uint64(0x6E756C6C), np.float64("nan")
WORD = 8


def row_hashes(columns: Iterable[pa.ChunkedArray], rows: int) -> Hashes:
    """Return a hash of each row, (n,): equal for equal values in the same order of columns.

    Args:
        columns: The columns.
        rows: Their length n.
    """
    hashes = np.zeros(rows, np.uint64)
    for column in columns:
        hashes = _mixed(hashes + STEP) ^ value_hashes(column)
    return _mixed(hashes)


def table_digest(table: pa.Table) -> str:
    """Return a digest of a table: equal for equal columns and values, in the same order.

    It is for events of one's own: ten times faster than a digest of their text.
    """
    digest = hashlib.sha256(repr(table.column_names).encode())
    digest.update(row_hashes(table.columns, table.num_rows).astype("<u8").tobytes())
    return digest.hexdigest()


def value_hashes(column: pa.ChunkedArray) -> Hashes:
    """Return a hash of each value of a column, (n,)."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = microseconds(column)
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return _with_nulls(_texts(column), column)
    return _with_nulls(_mixed(_bits(column)), column)


def _bits(column: pa.ChunkedArray) -> Hashes:
    """Return the bits of numbers: both zeros alike, and every NaN."""
    if pa.types.is_integer(column.type):
        return np.asarray(pc.fill_null(column, 0), np.int64).view(np.uint64)
    values = np.asarray(pc.fill_null(column, 0.0), np.float64) + 0.0
    return np.where(np.isnan(values), NAN, values).view(np.uint64)


def _texts(column: pa.ChunkedArray) -> Hashes:
    """Return hashes of texts, eight bytes at a time."""
    texts = pc.fill_null(column.cast(pa.large_string()), "").combine_chunks()
    _, ends, data = texts.buffers()
    bounds = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    # Eight bytes more, so that a word can be read at every byte.
    padded = np.zeros((int(bounds[-1]) if len(bounds) else 0) + WORD, np.uint8)
    if data is not None:
        padded[: len(padded) - WORD] = np.frombuffer(data, np.uint8)[: len(padded) - WORD]
    words = np.ndarray((len(padded) - WORD + 1,), "<u8", padded.data, strides=(1,))
    starts, lengths = bounds[:-1], np.diff(bounds)
    hashes = _mixed(lengths.astype(np.uint64))
    for at in range(0, int(lengths.max(initial=0)), WORD):
        (rows,) = np.nonzero(lengths > at)
        left = np.minimum(lengths[rows] - at, WORD)
        word = words[starts[rows] + at].astype(np.uint64) & _mask(left)
        hashes[rows] = _mixed(hashes[rows] + STEP) ^ word
    return _mixed(hashes)


def _mask(count: npt.NDArray[np.int64]) -> Hashes:
    """Return numbers whose lowest so many bytes are set, 1 to 8."""
    return np.uint64(0xFFFFFFFFFFFFFFFF) >> (8 * (WORD - count)).astype(np.uint64)


def _with_nulls(hashes: Hashes, column: pa.ChunkedArray) -> Hashes:
    if not column.null_count:
        return hashes
    nulls = np.asarray(column.is_null(), bool)
    return np.where(nulls, NULL, hashes)


def _mixed(hashes: Hashes) -> Hashes:
    """Return hashes in which every bit depends on every bit."""
    hashes = hashes + STEP
    hashes = (hashes ^ (hashes >> np.uint64(30))) * FIRST
    hashes = (hashes ^ (hashes >> np.uint64(27))) * SECOND
    return hashes ^ (hashes >> np.uint64(31))
