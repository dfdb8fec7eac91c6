"""Rows in the contract's schema as the columns that an estimator and its exported form take.

Text is a Python string, every number a float32 with NaN for null: cast before either form sees
them, both compare the same values.
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

    Values = npt.NDArray[Any]

NAN = float("nan")
#: Numbers beyond float32 count as its widest, for scikit-learn takes no infinities.
WIDEST = float(np.finfo(np.float32).max)


def texts(rows: pa.Table) -> tuple[str, ...]:
    """Return the names of the text columns, in their order."""
    return tuple(field.name for field in rows.schema if _is_text(field.type))


def values(rows: pa.Table) -> dict[str, Values]:
    """Return each column of rows, (n,).

    Raises:
        DataError: A column is neither text nor numbers.
    """
    text = texts(rows)
    return {
        name: _strings(rows[name]) if name in text else _numbers(name, rows[name])
        for name in rows.column_names
    }


def picked(rows: pa.Table, names: Iterable[str]) -> dict[str, Values]:
    """Return the named columns of rows, (n,), in the order of the names.

    Raises:
        DataError: The rows lack a column.
    """
    names = list(names)
    absent = [name for name in names if name not in rows.column_names]
    if absent:
        raise DataError(f"rows to predict lack the columns {absent}")
    return values(rows.select(names))


def number(value: float | None) -> float:
    """Return one number as the columns would hold it, but for the cast itself."""
    return NAN if value is None else min(max(value, -WIDEST), WIDEST)


def _is_text(kind: pa.DataType) -> bool:
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_dictionary(kind))


def _strings(column: pa.ChunkedArray) -> Values:
    # A null text is the empty one: a graph has no other.
    return np.asarray(pc.fill_null(column.cast("string"), ""), dtype=object)


def _numbers(name: str, column: pa.ChunkedArray) -> Values:
    if kinds.is_temporal(column.type):
        raise DataError(
            f"{name} holds moments, of which float32 keeps no minute",
            hint="let the product's query derive numbers of it: the hour, the weekday, an age",
        )
    wide = np.asarray(pc.fill_null(column.cast("float64"), NAN), dtype=np.float64)
    return wide.clip(-WIDEST, WIDEST).astype(np.float32)
