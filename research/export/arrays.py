"""Rows as the numpy arrays that an estimator and its exported form take.

Text is a Python string, a number a float32 with NaN for null. Both forms get the values after this
cast, so a comparison of the two compares equal inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.types as kinds

from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    import pyarrow as pa

    Array = npt.NDArray[Any]

NAN = float("nan")
#: Numbers beyond float32 are clipped to its largest: scikit-learn takes no infinities.
LARGEST = float(np.finfo(np.float32).max)


def text_columns(rows: pa.Table) -> tuple[str, ...]:
    """Return the names of the text columns, in the table's order."""
    return tuple(field.name for field in rows.schema if _is_text(field.type))


def arrays(rows: pa.Table) -> dict[str, Array]:
    """Return each column of n rows as an array of shape (n,): objects for text, else float32.

    Raises:
        DataError: A column is neither text nor numbers.
    """
    text = text_columns(rows)
    return {
        name: _strings(rows[name]) if name in text else _numbers(name, rows[name])
        for name in rows.column_names
    }


def selected_arrays(rows: pa.Table, names: Iterable[str]) -> dict[str, Array]:
    """Return the named columns of rows as `arrays`, in the order of the names.

    Raises:
        DataError: The rows lack a column.
    """
    names = list(names)
    absent = [name for name in names if name not in rows.column_names]
    if absent:
        raise DataError(f"rows to predict lack the columns {absent}")
    return arrays(rows.select(names))


def clipped(value: float | None) -> float:
    """Return one number as `arrays` holds it before the cast to float32."""
    return NAN if value is None else min(max(value, -LARGEST), LARGEST)


def _is_text(kind: pa.DataType) -> bool:
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_dictionary(kind))


def _strings(column: pa.ChunkedArray) -> Array:
    # A null text becomes the empty string: ONNX has no null string.
    return np.asarray(pc.fill_null(column.cast("string"), ""), dtype=object)


def _numbers(name: str, column: pa.ChunkedArray) -> Array:
    if kinds.is_temporal(column.type):
        raise DataError(
            f"{name} holds times, which float32 cannot hold to the minute",
            hint="let the product's query derive numbers from it: the hour, the weekday, an age",
        )
    wide = np.asarray(pc.fill_null(column.cast("float64"), NAN), dtype=np.float64)
    return wide.clip(-LARGEST, LARGEST).astype(np.float32)
