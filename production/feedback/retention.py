"""Deletes what is logged: the oldest events, and outcomes without an event, a batch at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, exists, func, select

from production.database.tables import EVENTS, OUTCOMES
from production.feedback.events import SERVED
from production.feedback.feedback import JOINS

if TYPE_CHECKING:
    from production.database.database import Database


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch deleted.

    Attributes:
        events: How many events, shadows included.
        served: How many of them were served, by the manifest's revision and the generation's name.
        uncounted: How many of them were served, and logged after the row up to which was counted.
    """

    events: int
    served: Counter[tuple[int, str]]
    uncounted: int


class LoggedHistory:
    """The events and outcomes of one product, from their oldest on.

    Args:
        product: The product.
        database: The database.
        most: How many events, or outcomes, one batch deletes.
    """

    def __init__(self, *, product: str, database: Database, most: int) -> None:
        self._product, self._database, self._most = product, database, most

    def start_of(self, count: int) -> int | None:
        """Return the time of the oldest of the newest so many events; none if these are all."""
        query = (
            select(EVENTS.c.time)
            .where(EVENTS.c.product == self._product)
            .order_by(EVENTS.c.time.desc(), EVENTS.c.id.desc())
            .offset(count - 1)
            .limit(2)
        )
        with self._database.reading() as connection:
            times = connection.execute(query).scalars().all()
        return times[0] if len(times) == 2 else None

    def delete_events(self, before: int, *, counted: int) -> Deleted:
        """Delete a batch of events from before a moment, the oldest first.

        The newest row of the log stays: SQLite would give its number to the next row, which those
        who read on from a row would miss.

        Args:
            before: The moment.
            counted: Up to which row of the log events were counted.
        """
        names = ("row", "manifest", "release", "generation", "shadow")
        newest = select(func.max(EVENTS.c.row)).scalar_subquery()
        query = (
            select(*(EVENTS.c[name] for name in names))
            .where(EVENTS.c.product == self._product, EVENTS.c.time < before)
            .where(EVENTS.c.row < newest)
            .order_by(EVENTS.c.time, EVENTS.c.id)
            .limit(self._most)
        )
        with self._database.transaction() as connection:
            rows = connection.execute(query).all()
            connection.execute(delete(EVENTS).where(EVENTS.c.row.in_([row[0] for row in rows])))
        served = Counter(
            (manifest, f"{release}/{generation}")
            for _, manifest, release, generation, shadow in rows
            if not shadow
        )
        late = sum(row > counted and not shadow for row, *_, shadow in rows)
        return Deleted(events=len(rows), served=served, uncounted=late)

    def delete_outcomes(self, before: int) -> int:
        """Delete a batch of outcomes that arrived before a moment and whose events are not logged.

        Returns:
            How many outcomes were deleted.
        """
        logged = exists().where(JOINS, SERVED).correlate(OUTCOMES)
        mine = OUTCOMES.c.product == self._product
        query = (
            select(OUTCOMES.c.event)
            .where(mine, OUTCOMES.c.arrived < before, ~logged)
            .order_by(OUTCOMES.c.arrived)
            .limit(self._most)
        )
        with self._database.transaction() as connection:
            events = {*connection.execute(query).scalars()}
            gone = delete(OUTCOMES).where(mine, OUTCOMES.c.event.in_(events))
            return connection.execute(gone).rowcount if events else 0
