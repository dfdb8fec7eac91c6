"""How many events were served and outcomes arrived, counted as they are logged.

Rows of the event log are numbered in the order in which they are committed, so that who goes on at
a row sees each event once, however long after its time it was logged.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from production.database.tables import EVENTS, OUTCOMES
from production.feedback.events import SERVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Column, ColumnElement, TextClause

    from production.database.database import Database


class EventCounts:
    """Counts a product's served events by manifest and generation.

    It reads from the database only what was logged since it last read.

    Args:
        product: The product.
        database: The database.
        deleted: Returns how many were deleted of those that each generation served.
    """

    def __init__(
        self,
        *,
        product: str,
        database: Database,
        deleted: Callable[[], Mapping[tuple[int, str], int]] = dict,
    ) -> None:
        self._product, self._database, self._deleted = product, database, deleted
        self._since, self._row = 0, 0
        self._counts: Counter[tuple[int, str]] = Counter()

    def since(self, moment: int) -> Mapping[tuple[int, str], int]:
        """Return how many events from a moment on each generation served, by each manifest.

        Those that were deleted count too, whenever they were served.

        Keys are a manifest's revision and a generation's name, such as ``1.0.0/3``.
        """
        if moment != self._since:
            self._since, self._row, self._counts = moment, 0, Counter()
        groups = (EVENTS.c.manifest, EVENTS.c.release, EVENTS.c.generation)
        query = (
            select(*groups, func.count(), func.max(EVENTS.c.row))
            .where(*self._newer(moment))
            .group_by(*groups)
        )
        with self._database.reading() as connection:
            if not self._row:  # what is deleted later was counted before
                self._counts = Counter(self._deleted())
            rows = connection.execute(query).all()
        for manifest, release, generation, count, last in rows:
            self._counts[manifest, f"{release}/{generation}"] += count
            self._row = max(self._row, last)
        return self._counts

    def _newer(self, moment: int) -> Iterator[ColumnElement[bool] | TextClause]:
        """Yield the conditions of events from a moment on that were not counted yet.

        The first time the index of times finds them; afterwards they are the newest rows, and sums
        hide product and time from that index, which would read all of it.
        """
        if not self._row:
            yield EVENTS.c.product == self._product
            yield EVENTS.c.time >= moment
            yield SERVED
            return
        yield from _after_row(self._product, self._row)
        yield EVENTS.c.time + 0 >= moment


class LogCounts:
    """Counts a product's served events by their time, and its outcomes by their arrival.

    Args:
        product: The product.
        database: The database.
    """

    def __init__(self, *, product: str, database: Database) -> None:
        self._product, self._database = product, database

    def logged(self, row: int) -> tuple[int, int]:
        """Return how many served events are logged after a row, and the newest row.

        The newest row is the same one if there are none.
        """
        query = select(func.count(), func.max(EVENTS.c.row)).where(*_after_row(self._product, row))
        with self._database.reading() as connection:
            count, newest = connection.execute(query).one()
        return count, newest or row

    def requests(self, start: int, end: int) -> int:
        """Return how many events of a window ``[start, end)`` were served."""
        return self._count(EVENTS.c.time, start, end, SERVED)

    def outcomes(self, start: int, end: int) -> int:
        """Return how many outcomes arrived in a window ``[start, end)``."""
        return self._count(OUTCOMES.c.arrived, start, end)

    def after_requests(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` requests from ``start`` on had come."""
        return self._after(EVENTS.c.time, start, count, SERVED)

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` outcomes from ``start`` on had arrived."""
        return self._after(OUTCOMES.c.arrived, start, count)

    def _count(self, column: Column[int], start: int, end: int, *which: TextClause) -> int:
        query = (
            select(func.count())
            .select_from(column.table)
            .where(column.table.c.product == self._product, column >= start, column < end, *which)
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _after(self, column: Column[int], start: int, count: int, *which: TextClause) -> int | None:
        query = (
            select(column)
            .where(column.table.c.product == self._product, column >= start, *which)
            .order_by(column)
            .offset(count - 1)
            .limit(1)
        )
        with self._database.reading() as connection:
            nth = connection.execute(query).scalar()
        return None if nth is None else int(nth) + 1


class LateRequests:
    """Counts the requests that came before a moment and were logged after a row of the log.

    Asked again for the same, it reads only what was logged since.

    Args:
        product: The product.
        database: The database.
    """

    def __init__(self, *, product: str, database: Database) -> None:
        self._product, self._database = product, database
        self._asked: tuple[int, int] | None = None
        self._row, self._count = 0, 0

    def count(self, moment: int, *, row: int) -> int:
        """Return how many served events with a time before a moment are logged after a row."""
        if (moment, row) != self._asked:
            self._asked, self._row, self._count = (moment, row), row, 0
        late = func.count(case((EVENTS.c.time < moment, EVENTS.c.row)))
        query = select(late, func.max(EVENTS.c.row)).where(*_after_row(self._product, self._row))
        with self._database.reading() as connection:
            count, newest = connection.execute(query).one()
        self._row, self._count = newest or self._row, self._count + count
        return self._count


def _after_row(product: str, row: int) -> Iterator[ColumnElement[bool] | TextClause]:
    """Yield the conditions of a product's served events that are logged after a row.

    These are the newest rows; a sum hides the product from its indexes, which would be read whole.
    """
    yield EVENTS.c.row > row
    yield EVENTS.c.product.concat("") == product
    yield SERVED
