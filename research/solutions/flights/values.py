"""Rows in the contract's schema as the columns that both forms of the pipeline take.

Text is a Python string, every number a float32 with NaN for null: cast before either engine sees
them, both compare the same values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.types as kinds

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Values = npt.NDArray[Any]

NAN = float("nan")
#: Numbers beyond float32 count as its widest, for scikit-learn takes no infinities.
WIDEST = float(np.finfo(np.float32).max)


def texts(rows: pa.Table) -> tuple[str, ...]:
    """Return the names of the text columns, in their order."""
    return tuple(field.name for field in rows.schema if _is_text(field.type))


def values(rows: pa.Table) -> dict[str, Values]:
    """Return each column of rows, (n,)."""
    text = texts(rows)
    return {
        name: _strings(rows[name]) if name in text else _numbers(rows[name])
        for name in rows.column_names
    }


def number(value: float | None) -> float:
    """Return one number as the columns would hold it, but for the cast itself."""
    return NAN if value is None else min(max(value, -WIDEST), WIDEST)


def _is_text(kind: pa.DataType) -> bool:
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_dictionary(kind))


def _strings(column: pa.ChunkedArray) -> Values:
    return np.asarray(column.cast("string"), dtype=object)


def _numbers(column: pa.ChunkedArray) -> Values:
    wide = np.asarray(pc.fill_null(column.cast("float64"), NAN), dtype=np.float64)
    return wide.clip(-WIDEST, WIDEST).astype(np.float32)
