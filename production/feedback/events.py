"""The event log: every request that was served, with its prediction; append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import func, select, text

from production.database.bulk import append, matching
from production.database.tables import EVENTS, OUTCOMES
from production.feedback.batch import Events, column
from production.feedback.prediction import pack, unpack
from production.feedback.receipt import EventReceipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from production.database.database import Database

COLUMNS = (
    "product",
    "id",
    "key",
    "time",
    "release",
    "generation",
    "manifest",
    "propensity",
    "prediction",
    "features",
    "shadow",
)
#: A constant, not a parameter: only so does a dialect see that the partial index answers.
SERVED = text("events.shadow = 0")


class EventLog:
    """The events of a database.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, product: str, events: Events) -> EventReceipt:
        """Write events down; an event that was served before under its id stands as it was.

        Raises:
            DataError: The columns differ in length, or a prediction is not finite.
        """
        rows = _rows(product, events)
        with self._database.transaction() as connection:
            waiting = () if events.shadow else _waiting(connection, product, events)
            accepted = append(connection, EVENTS, COLUMNS, rows)
        return EventReceipt(
            received=len(rows),
            accepted=accepted,
            duplicate=len(rows) - accepted,
            joined=waiting,
        )

    def served(self, product: str, start: int, end: int) -> Events:
        """Return the events served in a window of event time, by time, then id."""
        names = [name for name in COLUMNS if name not in {"product", "shadow"}]
        query = (
            select(*(EVENTS.c[name] for name in names))
            .where(EVENTS.c.product == product, SERVED)
            .where(EVENTS.c.time >= start, EVENTS.c.time < end)
            .order_by(EVENTS.c.time, EVENTS.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
        held = {name: list(found.get(name, ())) for name in names}
        return Events(
            id=held["id"],
            key=held["key"],
            time=np.array(held["time"], np.int64),
            release=held["release"],
            generation=np.array(held["generation"], np.int64),
            manifest=np.array(held["manifest"], np.int64),
            propensity=np.array(held["propensity"], np.float64),
            prediction=unpack(held["prediction"]),
            features=held["features"],
        )

    def count(self, product: str, start: int, end: int) -> int:
        """Return how many events were served in a window of event time."""
        query = (
            select(func.count())
            .select_from(EVENTS)
            .where(EVENTS.c.product == product, SERVED)
            .where(EVENTS.c.time >= start, EVENTS.c.time < end)
        )
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()


def times(connection: Connection, product: str, ids: Sequence[str]) -> dict[str, int]:
    """Return the event times of those ids that were served."""
    query = select(EVENTS.c.id, EVENTS.c.time).where(EVENTS.c.product == product, SERVED)
    return {row[0]: row[1] for row in matching(connection, query, EVENTS.c.id, ids)}


def _rows(product: str, events: Events) -> list[tuple[object, ...]]:
    count = len(events.id)
    columns = [
        [product] * count,
        column(events.id, count, "id"),
        column(events.key, count, "key"),
        column(events.time, count, "time"),
        column(events.release, count, "release"),
        column(events.generation, count, "generation"),
        column(events.manifest, count, "manifest"),
        column(events.propensity, count, "propensity"),
        pack(events.prediction, count),
        column(events.features, count, "features"),
        [int(events.shadow)] * count,
    ]
    return list(zip(*columns, strict=True))


def _waiting(connection: Connection, product: str, events: Events) -> tuple[int, ...]:
    """Return the times of new events whose outcomes came before them."""
    query = select(OUTCOMES.c.event).where(OUTCOMES.c.product == product).distinct()
    waiting = {row[0] for row in matching(connection, query, OUTCOMES.c.event, events.id)}
    if not waiting:
        return ()
    held = times(connection, product, sorted(waiting))
    moments = dict(zip(events.id, events.time.tolist(), strict=True))
    return tuple(sorted(moments[event] for event in waiting if event not in held))
