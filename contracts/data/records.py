"""Records as the table that a model predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from msgspec.structs import astuple

from contracts.data.rows import INSTANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

    from contracts.schema.columns import Columns

TYPES = {
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "str": pa.string(),
    "category": pa.string(),
    "datetime": INSTANT,
}


def record_columns(records: Sequence[msgspec.Struct], columns: Columns) -> dict[str, pa.Array]:
    """Return the columns of decoded records, one record at least, by name."""
    values = zip(*map(astuple, records), strict=True)
    return {
        column.name: pa.array(each, TYPES[column.kind])
        for column, each in zip(columns, values, strict=True)
    }
