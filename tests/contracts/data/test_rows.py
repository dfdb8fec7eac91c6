from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.rows import content_digest


def table(*, under: float = 0.0, last: str = "ü") -> pa.Table:
    """Return a table with a value that lies in memory under a null."""
    size = pa.array([1.5, under, -0.0], mask=np.array([False, True, False]))
    validity, values = size.buffers()[0], pa.py_buffer(np.array([1.5, under, -0.0]).tobytes())
    return pa.table(
        {
            "id": ["a", "bc", last],
            "time": pa.array([1, 2, None], pa.timestamp("us", "UTC")),
            "late": pa.array([True, None, False]),
            "size": pa.Array.from_buffers(pa.float64(), 3, [validity, values]),
        }
    )


def test_memory_under_nulls_and_chunks_do_not_change_the_digest() -> None:
    """Two equal queries differ in both, and a run is resumed only with an equal digest."""
    one = table()
    parts = pa.concat_tables([table(under=7.0).slice(0, 1), table(under=9.0).slice(1)])
    assert content_digest(one) == content_digest(parts)


@pytest.mark.parametrize(
    "other",
    [
        table(last="u"),
        table().rename_columns(["id", "time", "late", "length"]),
        table().set_column(0, "id", pa.array(["ab", "c", "ü"])),
        table().set_column(2, "late", pa.array([True, None, None])),
        table().set_column(1, "time", pa.array([1, 2, None], pa.int64())),
        table().slice(0, 2),
    ],
)
def test_any_other_value_name_or_null_changes_the_digest(other: pa.Table) -> None:
    """Text and instants, names of columns, nulls, the number of rows."""
    assert content_digest(table()) != content_digest(other)
