"""The digest of a table's content: equal for equal values, however an engine laid them out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator


def table_digest(table: pa.Table) -> str:
    """Return the SHA-256 of a table's columns: names, types, values, and which of them are null.

    Neither chunks nor what an engine left in memory under a null are content: two equal queries
    differ in both.
    """
    total = hashlib.sha256(table.schema.remove_metadata().to_string().encode())
    for column in table.columns:
        for part in _parts(column):
            total.update(part)
    return total.hexdigest()


def _parts(column: pa.ChunkedArray) -> Iterator[bytes]:
    values = column.combine_chunks()
    yield _bytes(values.is_valid())
    if pa.types.is_temporal(values.type):
        values = values.cast(pa.int64())
    values = values.drop_null()
    if pa.types.is_string(values.type):
        yield _bytes(pc.binary_length(values))
        whole = pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
        yield pc.binary_join(whole, "")[0].as_buffer().to_pybytes()
    else:
        yield _bytes(values)


def _bytes(values: pa.Array) -> bytes:
    return np.ascontiguousarray(values.to_numpy(zero_copy_only=False)).tobytes()
