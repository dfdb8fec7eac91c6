"""Values of stored features from a query, by window: on any engine that Ibis knows."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from contracts.data.programmatic import literal
from contracts.data.stored.values import checked_values
from contracts.errors import DataError
from contracts.ports import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa


class QueriedValues:
    """Values that a query gives, each window by one question to the engine that holds them.

    Args:
        query: Returns all values as an Ibis table: ``id``, ``known``, ``value``, then the columns
            that name an entity.
    """

    def __init__(self, query: Callable[[], ir.Table]) -> None:
        self._query = query

    def window(self, start: int, end: int) -> pa.Table:
        """Return the values that became known in ``[start, end)``, ordered by that, then id.

        Raises:
            DataError: The query gives no table, or malformed values.
        """
        known = self._table[KNOWN]
        rows = self._table.filter(known >= literal(start), known < literal(end))
        return checked_values(rows.to_pyarrow())

    @cached_property
    def _table(self) -> ir.Table:
        with warnings.catch_warnings():
            # Ibis calls a deprecated method of DuckDB: users who write a query cannot help it.
            warnings.filterwarnings("ignore", r"fetch_arrow_table\(\)", DeprecationWarning, "ibis")
            table = self._query()
        if not isinstance(table, ir.Table) or KNOWN not in table.columns:
            raise DataError(
                "the query of `values`: expected an Ibis table with the columns id, known, value",
                hint="select them in this order, then the columns that name an entity",
            )
        return table
