"""Rows as the numpy arrays that an estimator and its exported form take, in the schema's types.

A text is a Python string, a whole number an int64, any other number a float64. Nothing is rounded
here: an estimator that works in float32 casts in its own steps (`single.SinglePrecision`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from contracts.data.exact import EXACT
from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: What a column holds: text, whole numbers, other numbers; ``single`` are numbers as float32, which
#: exported states of format 1 take.
Kind = Literal["str", "int", "float", "single"]

NAN = float("nan")
#: Numbers beyond these are clipped to them: scikit-learn takes no infinities.
LARGEST = float(np.finfo(np.float64).max)
LARGEST_SINGLE = float(np.finfo(np.float32).max)


def kinds(rows: pa.Table) -> dict[str, Kind]:
    """Return what each column of rows holds, in the table's order."""
    return {field.name: _kind(field.type) for field in rows.schema}


def text_columns(rows: pa.Table) -> tuple[str, ...]:
    """Return the names of the text columns, in the table's order."""
    return tuple(name for name, kind in kinds(rows).items() if kind == "str")


def arrays(rows: pa.Table) -> dict[str, Array]:
    """Return each column of n rows as an array of shape (n,): objects for text, int64 or float64.

    A null text is the empty string. Whole numbers among which there are nulls are float64, as any
    other number, and flags, are: there, null is NaN.

    Raises:
        DataError: A column is neither text nor numbers; or it has nulls, and a whole number that
            no float64 holds.
    """
    read = {"str": _strings, "int": _whole_numbers, "float": _numbers}
    return {name: read[kind](name, rows[name]) for name, kind in kinds(rows).items()}


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


def one_row(values: Iterable[Any], inputs: Mapping[str, Kind]) -> dict[str, Array]:
    """Return the values of one record as `arrays` gives them, of shape (1,)."""
    return {
        name: _one_value(value, kind)
        for (name, kind), value in zip(inputs.items(), values, strict=True)
    }


def largest(kind: Kind) -> float | None:
    """Return the largest number that an estimator takes in a column; none for text."""
    if kind == "str":
        return None
    return LARGEST_SINGLE if kind == "single" else LARGEST


def single(column: Array) -> Array:
    """Return numbers as float32, those beyond it as its largest."""
    wide = column.astype(np.float64, copy=False)
    return wide.clip(-LARGEST_SINGLE, LARGEST_SINGLE).astype(np.float32)


def _one_value(value: Any, kind: Kind) -> Array:
    if kind == "str":
        return np.array([value or ""], dtype=object)
    if value is None:
        return np.array([NAN])
    if kind == "int":
        return np.array([value], dtype=np.int64)
    return np.array([value], dtype=np.float64).clip(-LARGEST, LARGEST)


def _kind(kind: pa.DataType) -> Kind:
    if types.is_string(kind) or types.is_large_string(kind) or types.is_dictionary(kind):
        return "str"
    return "int" if types.is_integer(kind) else "float"


def _strings(_: str, column: pa.ChunkedArray) -> Array:
    # A null text becomes the empty string: ONNX has no null string.
    return np.asarray(pc.fill_null(column.cast("string"), ""), dtype=object)


def _whole_numbers(name: str, column: pa.ChunkedArray) -> Array:
    try:
        whole = column.cast("int64")
    except pa.ArrowInvalid as error:
        raise DataError(f"{name} holds whole numbers beyond int64: {error}") from error
    numbers = np.asarray(pc.fill_null(whole, 0), dtype=np.int64)
    if not whole.null_count:
        return numbers
    # Not np.abs, which leaves the least int64 negative.
    if ((numbers > EXACT) | (numbers < -EXACT)).any():
        raise DataError(
            f"{name} has nulls, and whole numbers beyond 2**53, which no float64 holds beside them",
            hint="let the product's query derive a smaller number or a text from it",
        )
    return np.where(np.asarray(whole.is_null()), NAN, numbers.astype(np.float64))


def _numbers(name: str, column: pa.ChunkedArray) -> Array:
    if types.is_temporal(column.type):
        raise DataError(
            f"{name} holds times, which are neither text nor numbers",
            hint="let the product's query derive numbers from it: the hour, the weekday, an age",
        )
    wide = np.asarray(pc.fill_null(column.cast("float64"), NAN), dtype=np.float64)
    return wide.clip(-LARGEST, LARGEST)
