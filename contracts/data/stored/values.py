"""What stored features are made of: values of entities, each with the moment it became known.

Values are whole numbers of a unit that the product chooses, such as minutes or cents: their sum is
the same in any order, so a mean is the same float in training and in service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.rows import INSTANT, in_microseconds, microseconds
from contracts.errors import DataError
from contracts.ports import ID, KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The column of a value, and the largest one: so many as memory holds have an exact sum.
VALUE, LARGEST = "value", 2**31


class Values(Protocol):
    """Values by the moment they became known."""

    def window(self, start: int, end: int) -> pa.Table:
        """Return the values that became known in ``[start, end)``, ordered by that, then id.

        Columns: ``id``, ``known``, ``value``, then those that name an entity. An id is text that
        names the value: one that comes again is the same value. An entity's columns are text or
        whole numbers, none null.

        Raises:
            DataError: They cannot be had, or are malformed.
        """


class MemoryValues:
    """Values in memory.

    Args:
        rows: All of them, in any order.

    Raises:
        DataError: They are malformed.
    """

    def __init__(self, rows: pa.Table) -> None:
        self._rows = checked_values(rows)
        self._known = known_moments(self._rows)

    def window(self, start: int, end: int) -> pa.Table:
        """Return the values that became known in ``[start, end)``, ordered by that, then id."""
        low, high = np.searchsorted(self._known, [start, end])
        return self._rows.slice(low, max(high - low, 0))


def known_moments(rows: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return when each value became known, microseconds."""
    return np.asarray(microseconds(rows[KNOWN]), dtype=np.int64)


def checked_values(rows: pa.Table) -> pa.Table:
    """Return values in the types all code here expects, ordered by when they became known, then id.

    Raises:
        DataError: A column is missing, null or of another type; a value is no whole number or too
            large; or two values have one id.
    """
    if tuple(rows.column_names[:3]) != (ID, KNOWN, VALUE) or rows.num_columns == 3:
        raise DataError(
            f"expected values with the columns {ID}, {KNOWN}, {VALUE}, then those of their entity, "
            f"got {', '.join(rows.column_names)}",
            hint="select them in this order in the query of `values`",
        )
    for name in rows.column_names:
        if rows[name].null_count:
            raise DataError(
                f"values: column {name!r}: {rows[name].null_count:,} of {rows.num_rows:,} are null",
                hint="leave out what is not known, and give the rest an id, a moment and an entity",
            )
    rows = pa.table({name: _typed(name, rows[name]) for name in rows.column_names})
    if pc.count_distinct(rows[ID]).as_py() < rows.num_rows:
        raise DataError(
            "values: an id stands in more than one row",
            hint="give each value an id of its own, and correct none: add a later one instead",
        )
    bounds = pc.min_max(rows[VALUE]).as_py()
    if rows.num_rows and not -LARGEST <= bounds["min"] <= bounds["max"] <= LARGEST:
        raise DataError(
            f"values: column {VALUE!r}: numbers beyond {LARGEST:,}", hint="take a larger unit"
        )
    return rows.sort_by([(KNOWN, "ascending"), (ID, "ascending")])


def empty_values(entity: Sequence[str]) -> pa.Table:
    """Return no values, of entities named by some columns of text."""
    names = {name: pa.array([], pa.string()) for name in entity}
    return pa.table(
        {
            ID: pa.array([], pa.string()),
            KNOWN: pa.array([], INSTANT),
            VALUE: pa.array([], pa.int64()),
            **names,
        }
    )


def _typed(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in its type.

    Raises:
        DataError: It cannot be.
    """
    kind, found = pa.types, column.type
    if name == KNOWN:
        if kind.is_timestamp(found) and found.tz is not None:
            return in_microseconds(column)
        raise _of_type(name, "instants with a time zone", found)
    if kind.is_integer(found) and name != ID:
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid as error:
            raise DataError(
                f"values: column {name!r}: numbers beyond 64 bits with a sign",
                hint="cast it to text in the query of `values`, or take a larger unit",
            ) from error
    if name == VALUE:
        raise _of_type(name, "whole numbers", found)
    if kind.is_string(found) or kind.is_large_string(found) or kind.is_string_view(found):
        return column.cast(pa.string())
    raise _of_type(name, "text" if name == ID else "text or whole numbers", found)


def _of_type(name: str, expected: str, found: pa.DataType) -> DataError:
    return DataError(
        f"values: column {name!r}: expected {expected}, got {found}",
        hint="cast it in the query of `values`",
    )
