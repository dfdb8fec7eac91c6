"""A source that queries an engine for each window: ``data_access=programmatic``."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from contracts.data.events import STANDARD, check_schema, checked_events
from contracts.errors import DataError
from contracts.moment import END_OF_TIME, EPOCH
from contracts.ports import ARRIVED, ID, OUTCOME, TIME

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Programmatic:
    """Fetches data on demand, each window by one query against the engine that holds the data.

    The query is built when the first window is asked for, and its connection is kept open.

    Args:
        query: Returns the product's events as an Ibis table, on any backend: the standard columns
            with every outcome there is, then the input columns.

    Raises:
        DataError: The query returns no Ibis table, or its columns do not start with the standard
            ones in their types (at the first window).
    """

    increments: ClassVar[bool] = True

    def __init__(self, query: Callable[[], ir.Table]) -> None:
        self._query = query

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment.

        Raises:
            DataError: They do not satisfy `contracts.ports.Source.window`.
        """
        return checked_events(self.expression(start, end, known_by=known_by).to_pyarrow())

    def arrivals(self, start: int, end: int, *, since: int, known_by: int) -> pa.Table:
        """Return the events of a window whose outcome arrived from a moment on, and by another.

        Of them the standard columns alone: the engine reads and hands over no input.

        Raises:
            DataError: They do not satisfy `contracts.ports.Source.window`.
        """
        rows = self.expression(start, end, known_by=known_by)
        rows = rows.filter(rows[ARRIVED] >= literal(since)).select(*STANDARD)
        return checked_events(rows.to_pyarrow())

    def expression(self, start: int, end: int, *, known_by: int) -> ir.Table:
        """Return the query of a window, for those who want to see or extend it."""
        time = self._events[TIME]
        rows = self._events.filter(time >= literal(start), time < literal(end))
        if known_by != END_OF_TIME:
            # An outcome without an arrival stays in, so that it is refused and not hidden.
            late = rows[ARRIVED] >= literal(known_by)
            rows = rows.mutate(
                **{name: late.ifelse(ibis.null(), rows[name]) for name in (OUTCOME, ARRIVED)}
            )
        return rows.order_by(TIME, ID)

    @cached_property
    def _events(self) -> ir.Table:
        with warnings.catch_warnings():
            # Ibis calls a deprecated method of DuckDB: users who write a query cannot help it.
            warnings.filterwarnings("ignore", r"fetch_arrow_table\(\)", DeprecationWarning, "ibis")
            events = self._query()
        if not isinstance(events, ir.Table):
            raise DataError(
                f"the source's query: expected an Ibis table, got {type(events).__name__}",
                hint="return the table itself, not what it executes to; `ibis.memtable` makes one "
                "of a frame",
            )
        check_schema(_schema(events))
        return events


def _schema(events: ir.Table) -> pa.Schema:
    """Return the names of all columns, with the types of those that every source has."""
    return pa.schema(
        (name, kind.to_pyarrow() if name in STANDARD else pa.null())
        for name, kind in events.schema().items()
    )


def literal(moment: int) -> ir.TimestampScalar:
    """Return a moment in microseconds for a query."""
    return ibis.literal(_datetime(moment), type="timestamp('UTC', 6)")


def _datetime(moment: int) -> datetime:
    # int64 microseconds reach further than datetime: the nearest datetime stands for the rest.
    try:
        return EPOCH + timedelta(microseconds=moment)
    except OverflowError:
        return FIRST if moment < 0 else LAST
