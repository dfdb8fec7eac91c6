"""Events and outcomes brought together: what can be scored, as it was known by a moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from sqlalchemy import and_, distinct, exists, func, select

from contracts.moment import EVER
from contracts.ports import Floats, Instants
from production.database.tables import EVENTS, OUTCOMES
from production.feedback.events import SERVED
from production.feedback.prediction import unpack
from production.feedback.settle import Claim, settle
from production.feedback.value import column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from production.database.database import Database

#: What an outcome joins its event by.
JOINS = and_(OUTCOMES.c.product == EVENTS.c.product, OUTCOMES.c.event == EVENTS.c.id)
SERVING = ("id", "key", "time", "release", "generation", "prediction")
CLAIM = [OUTCOMES.c[name] for name in Claim._fields]
JOINED = (*SERVING, *Claim._fields[1:])
ARRIVED = JOINED.index("arrived")


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """Served events whose outcome is settled; n rows, by time, then id.

    Attributes:
        id: Event ids.
        key: What dispatch was sticky by.
        time: Event times, microseconds.
        release: The releases that predicted.
        generation: The numbers of their generations.
        prediction: What was served, (n, k).
        outcome: What came true, a typed Arrow array without nulls.
        arrived: When that was first known, microseconds.
    """

    id: list[str]
    key: list[str]
    time: Instants
    release: list[str]
    generation: Instants
    prediction: Floats
    outcome: pa.Array
    arrived: Instants


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """An event that two values claim at its highest revision: outside evaluation.

    Attributes:
        event: The event's id.
        values: The JSON texts of the values.
    """

    event: str
    values: tuple[str, ...]


class Feedback:
    """The joined state of a database's events and outcomes.

    It is a function of what was written down, not of the order: outcomes that came before their
    event join when it appears.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def scored(self, product: str, start: int, end: int, *, known_by: int = EVER) -> Scored:
        """Return the events of a window of event time whose outcome was settled by a moment.

        Raises:
            DataError: The outcomes are of kinds that do not mix.
        """
        query = (
            select(*(EVENTS.c[name] for name in SERVING), *CLAIM[1:])
            .join_from(EVENTS, OUTCOMES, JOINS)
            .where(EVENTS.c.product == product, SERVED)
            .where(EVENTS.c.time >= start, EVENTS.c.time < end)
            .order_by(EVENTS.c.time, EVENTS.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        # The bound on arrival stands here: in the query it would tempt SQLite, which keeps no
        # statistics, to walk all arrivals for every event.
        return _scored([row for row in rows if row[ARRIVED] < known_by])

    def arrived(self, product: str, start: int, end: int) -> Instants:
        """Return the times of events whose outcomes arrived in a window of arrival, in order.

        Their evaluation windows, and no others, have something new to say.
        """
        query = (
            select(EVENTS.c.id, EVENTS.c.time)
            .distinct()
            .join_from(OUTCOMES, EVENTS, JOINS)
            .where(OUTCOMES.c.product == product, SERVED)
            .where(OUTCOMES.c.arrived >= start, OUTCOMES.c.arrived < end)
        )
        with self._database.reading() as connection:
            found = [row[1] for row in connection.execute(query).all()]
        return np.sort(np.array(found, np.int64))

    def conflicts(self, product: str, *, known_by: int = EVER) -> list[Conflict]:
        """Return the events in conflict by a moment, by id."""
        mine = OUTCOMES.c.product == product
        split = (
            select(OUTCOMES.c.event)
            .where(mine)
            .group_by(OUTCOMES.c.event, OUTCOMES.c.revision)
            .having(func.count(distinct(OUTCOMES.c.value)) > 1)
        )
        query = select(*CLAIM).where(
            mine, OUTCOMES.c.event.in_(split), OUTCOMES.c.arrived < known_by
        )
        with self._database.reading() as connection:
            _, found = settle(Claim._make(row) for row in connection.execute(query).all())
        return [
            Conflict(event=event, values=tuple(sorted(found[event]))) for event in sorted(found)
        ]

    def quarantined(self, product: str) -> list[str]:
        """Return the ids that outcomes name and no event has, in order."""
        served = exists().where(JOINS, SERVED).correlate(OUTCOMES)
        query = (
            select(OUTCOMES.c.event)
            .distinct()
            .where(OUTCOMES.c.product == product, ~served)
            .order_by(OUTCOMES.c.event)
        )
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute(query).all()]


def _scored(rows: Sequence[Row[Any]]) -> Scored:
    columns = list(zip(*_standing(rows), strict=True)) or [()] * len(JOINED)
    held = dict(zip(JOINED, columns, strict=True))
    return Scored(
        id=list(held["id"]),
        key=list(held["key"]),
        time=np.array(held["time"], np.int64),
        release=list(held["release"]),
        generation=np.array(held["generation"], np.int64),
        prediction=unpack(held["prediction"]),
        outcome=column(held["value"]),
        arrived=np.array(held["arrived"], np.int64),
    )


def _standing(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Return the rows whose outcome stands, one for each event, in their order."""
    claims = Counter(row[0] for row in rows)
    if len(claims) == len(rows):
        return rows
    disputed = [_claim(row) for row in rows if claims[row[0]] > 1]
    stands, _ = settle(disputed)
    return [row for row in rows if claims[row[0]] == 1 or stands.get(row[0]) == _claim(row)]


def _claim(row: Row[Any]) -> Claim:
    return Claim._make((row[0], *row[len(SERVING) :]))
