"""Rows and records as the matrix of doubles that the trees take.

A text becomes its place among the sorted texts of the training rows, where null is the empty text;
a number and a flag stay. What has no place, and a null number, is NaN: trees have branches for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.ports import Floats

    #: The sorted texts of each input in the contract's order; None where it holds numbers.
    Texts = Mapping[str, Sequence[str] | None]

NAN = float("nan")


def texts_of(rows: pa.Table) -> dict[str, list[str] | None]:
    """Return the texts of each column of the training rows, None for numbers."""
    return {name: _texts(rows[name]) for name in rows.column_names}


def matrix(rows: pa.Table, texts: Texts) -> Floats:
    """Return the (n, columns) matrix of rows, in C order.

    Raises:
        DataError: The rows lack a column.
    """
    absent = [name for name in texts if name not in rows.column_names]
    if absent:
        raise DataError(f"rows to predict lack the columns {absent}")
    numbers = np.empty((rows.num_rows, len(texts)), np.float64)
    for at, (name, known) in enumerate(texts.items()):
        numbers[:, at] = _numbers(rows[name], known)
    return numbers


def codes(texts: Texts) -> list[tuple[int, dict[str, float]]]:
    """Return the place of each column of texts, and the number of each of its texts."""
    return [
        (at, {text: float(code) for code, text in enumerate(known)})
        for at, known in enumerate(texts.values())
        if known is not None
    ]


def row(values: Sequence[Any], coded: Sequence[tuple[int, Mapping[str, float]]]) -> list[float]:
    """Return the values of one record as a row of the matrix; `codes` says what texts are.

    >>> row([2, None, "b", None], [(2, {"a": 0.0, "b": 1.0}), (3, {"": 0.0})])
    [2, nan, 1.0, 0.0]
    """
    numbers = [NAN if value is None else value for value in values]
    for at, known in coded:
        numbers[at] = known.get(values[at] or "", NAN)
    return numbers


def _texts(column: pa.ChunkedArray) -> list[str] | None:
    kind = column.type
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    if not (kinds.is_string(kind) or kinds.is_large_string(kind)):
        return None
    return sorted({text or "" for text in pc.unique(column.cast("string")).to_pylist()})


def _numbers(column: pa.ChunkedArray, known: Sequence[str] | None) -> Floats:
    if known is not None:
        texts = pc.fill_null(column.cast("string"), "")
        column = pc.index_in(texts, value_set=pa.array(known, "string"))
    elif kinds.is_boolean(column.type):
        column = column.cast("int8")
    wide = pc.fill_null(column.cast("float64", safe=False), NAN)
    return np.asarray(wide, dtype=np.float64)
