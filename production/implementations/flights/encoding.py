"""Rows and records as the float32 matrix the trees take.

A text becomes its position in a sorted list, a number stays; unknown and null become NaN, for which
the trees have branches of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Matrix = npt.NDArray[np.float32]

NAN = float("nan")
#: Numbers beyond float32 are clipped to its largest, because fitting rejects infinities. For a
#: single row the cast gives infinity instead, which takes the same branches.
LARGEST = float(np.finfo(np.float32).max)


class Encoding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the columns of rows become numbers, taken from the training rows.

    Attributes:
        format: The version of this struct, as it is written.
        categories: The sorted texts of each column, None where it holds numbers. In the contract's
            order.
    """

    format: Literal[1] = 1
    categories: dict[str, list[str] | None]

    @classmethod
    def of(cls, rows: pa.Table) -> Self:
        """Return the encoding for a model that is fitted to rows."""
        return cls(categories={name: _categories(rows[name]) for name in rows.column_names})

    def matrix(self, rows: pa.Table) -> Matrix:
        """Return the (n, columns) matrix of rows, in C order.

        Raises:
            DataError: The rows lack a column.
        """
        absent = [name for name in self.categories if name not in rows.column_names]
        if absent:
            raise DataError(f"rows to predict lack the columns {absent}")
        matrix = np.empty((rows.num_rows, len(self.categories)), np.float32)
        for index, (name, categories) in enumerate(self.categories.items()):
            matrix[:, index] = _values(rows[name], categories)
        return matrix

    def codes(self) -> list[tuple[int, dict[str, float]]]:
        """Return the position of each column of texts, and the code of each text."""
        return [
            (at, {text: float(code) for code, text in enumerate(texts)})
            for at, texts in enumerate(self.categories.values())
            if texts is not None
        ]


def _categories(column: pa.ChunkedArray) -> list[str] | None:
    if kinds.is_dictionary(column.type):
        column = column.cast("string")
    if not (kinds.is_string(column.type) or kinds.is_large_string(column.type)):
        return None
    return sorted(text for text in pc.unique(column).to_pylist() if text is not None)


def _values(column: pa.ChunkedArray, categories: Sequence[str] | None) -> npt.NDArray[np.float64]:
    if categories is not None:
        column = pc.index_in(column.cast("string"), value_set=pa.array(categories, "string"))
    wide = pc.fill_null(column.cast("float64", safe=False), NAN).to_numpy()
    return np.asarray(wide, dtype=np.float64).clip(-LARGEST, LARGEST)
