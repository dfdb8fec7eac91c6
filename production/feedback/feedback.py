"""Events and outcomes joined: what can be scored, as it was known by a moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from sqlalchemy import and_, bindparam, case, distinct, exists, func, select

from contracts.moment import END_OF_TIME
from contracts.ports import Floats, Instants
from production.database.rows import matching
from production.database.tables import EVENTS, OUTCOMES
from production.feedback.batch import FALLBACK
from production.feedback.events import SERVED, typed
from production.feedback.outcome import Outcome, decode_values, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from production.database.database import Database

#: The condition that joins an outcome to its event.
JOINS = and_(OUTCOMES.c.product == EVENTS.c.product, OUTCOMES.c.event == EVENTS.c.id)
SERVING = ("id", "key", "time", "release", "generation", "prediction")
OUTCOME = [OUTCOMES.c[name] for name in Outcome._fields]
JOINED = (*SERVING, *Outcome._fields[1:])
ARRIVED = JOINED.index("arrived")
#: Asked at every evaluation, so built once: see `production.registry.row.read`.
SCORED = (
    select(*(EVENTS.c[name] for name in SERVING), *OUTCOME[1:])
    .join_from(EVENTS, OUTCOMES, JOINS)
    .where(EVENTS.c.product == bindparam("of"), SERVED, EVENTS.c.generation != FALLBACK)
    .where(EVENTS.c.time >= bindparam("start"), EVENTS.c.time < bindparam("end"))
    .order_by(EVENTS.c.time, EVENTS.c.id)
)
# A condition that events are served would let a database without statistics read the index of
# served events, which is as long as the log, instead of that of times.
ANSWERED = select(
    func.count(case((and_(SERVED, EVENTS.c.generation != FALLBACK), EVENTS.c.id)))
).where(
    EVENTS.c.product == bindparam("of"),
    EVENTS.c.time >= bindparam("start"),
    EVENTS.c.time < bindparam("end"),
)
# Made distinct here, not in the query: for that SQLite would read all outcomes, by their key.
REPORTED = (
    select(OUTCOMES.c.event)
    .where(OUTCOMES.c.product == bindparam("of"))
    .where(OUTCOMES.c.arrived >= bindparam("start"), OUTCOMES.c.arrived < bindparam("end"))
)


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """Served events with the outcome that stands; n rows, by time, then id.

    Attributes:
        id: Event ids.
        key: The keys that dispatch was sticky by.
        time: Event times, microseconds.
        release: The releases that predicted.
        generation: The numbers of their generations.
        prediction: The served predictions, (n, k).
        outcome: The outcomes, a typed Arrow array without nulls.
        arrived: When each outcome first arrived, microseconds.
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
    """An event whose highest revision has several values, so that it is not evaluated.

    Attributes:
        event: The event's id.
        values: The values as JSON texts.
    """

    event: str
    values: tuple[str, ...]


class Feedback:
    """The events of a database joined with their outcomes.

    The result does not depend on the order of recording: an outcome that was recorded before its
    event joins it when that is recorded.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def scored(self, product: str, start: int, end: int, *, known_by: int = END_OF_TIME) -> Scored:
        """Return the events of a window of event time with an outcome that arrived before a moment.

        Those that the naive baseline answered are not among them: no model predicted them.

        Raises:
            DataError: The outcomes are of different kinds.
            IntegrityError: The predictions have different widths.
        """
        given = {"of": product, "start": start, "end": end}
        with self._database.reading() as connection:
            rows = connection.execute(SCORED, given).all()
        # Arrivals are filtered here, not in the query: SQLite, which has no statistics of these
        # tables, might otherwise scan all arrivals for each event.
        standing = standing_rows([row for row in rows if row[ARRIVED] < known_by], len(SERVING))
        columns = typed(JOINED, standing)
        columns["outcome"] = decode_values(columns.pop("value"))
        return Scored(**{name: columns[name] for name in Scored.__struct_fields__})

    def answered(self, product: str, start: int, end: int) -> int:
        """Return how many events of a window models answered: those that can have a score."""
        given = {"of": product, "start": start, "end": end}
        with self._database.reading() as connection:
            return int(connection.execute(ANSWERED, given).scalar_one())

    def segments(
        self, product: str, start: int, end: int, *, column: str, known_by: int = END_OF_TIME
    ) -> Counter[str]:
        """Return how many events of a window have an outcome, by the text in an input column.

        Events that are logged without that column do not count.

        Args:
            product: The product.
            start: The window's first event time.
            end: Its end.
            column: The column.
            known_by: Outcomes that arrived before this moment count.
        """
        query = (
            select(EVENTS.c.id, EVENTS.c.features, OUTCOMES.c.arrived)
            .join_from(EVENTS, OUTCOMES, JOINS)
            .where(EVENTS.c.product == product, SERVED)
            .where(EVENTS.c.time >= start, EVENTS.c.time < end)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        logged = {event: features for event, features, arrived in rows if arrived < known_by}
        return Counter(filter(None, (_text(each, column) for each in logged.values())))

    def delays(self, product: str, *, last: int = 500) -> list[int]:
        """Return the microseconds from events to their outcomes, of those that arrived last."""
        newest = (
            select(OUTCOMES.c.product, OUTCOMES.c.event, OUTCOMES.c.arrived)
            .where(OUTCOMES.c.product == product)
            .order_by(OUTCOMES.c.arrived.desc())
            .limit(last)
            .subquery()
        )
        joins = and_(newest.c.product == EVENTS.c.product, newest.c.event == EVENTS.c.id)
        query = select(newest.c.arrived - EVENTS.c.time).join_from(newest, EVENTS, joins)
        with self._database.reading() as connection:
            return list(connection.execute(query.where(SERVED)).scalars())

    def arrived(self, product: str, start: int, end: int) -> Instants:
        """Return the times of events with an outcome that arrived in a window, in order.

        These are the events whose evaluation windows are to be scored again.
        """
        given = {"of": product, "start": start, "end": end}
        with self._database.reading() as connection:
            # Not joined: PostgreSQL without statistics would read all events for each outcome.
            events = sorted({*connection.execute(REPORTED, given).scalars()})
            served = select(EVENTS.c.time).where(EVENTS.c.product == product, SERVED)
            rows = matching(connection, served, EVENTS.c.id, events)
        return np.sort(np.array([row[0] for row in rows], np.int64))

    def logged(self, product: str, *, row: int | None, before: int) -> tuple[Instants, int]:
        """Return the times of events that were logged late, in order, and the log's newest row.

        These are the events from before a moment that are logged after a row; none if the row is
        not known. Rows are numbered in the order in which they are committed.
        """
        # Sums hide columns from indexes that would be read whole: what is new are the last rows.
        mine = (EVENTS.c.product.concat("") == product, SERVED)
        newest = select(EVENTS.c.row).where(*mine).order_by(EVENTS.c.row.desc()).limit(1)
        with self._database.reading() as connection:
            last = int(connection.execute(newest).scalar() or 0)
            since = last if row is None else row
            late = select(EVENTS.c.time).where(
                EVENTS.c.row > since, EVENTS.c.time + 0 < before, *mine
            )
            times = connection.execute(late).scalars().all()
        return np.sort(np.array(times, np.int64)), max(last, since)

    def conflicts(self, product: str, *, known_by: int = END_OF_TIME) -> list[Conflict]:
        """Return the events in conflict by the outcomes that arrived before a moment, by id."""
        mine = OUTCOMES.c.product == product
        split = (
            select(OUTCOMES.c.event)
            .where(mine)
            .group_by(OUTCOMES.c.event, OUTCOMES.c.revision)
            .having(func.count(distinct(OUTCOMES.c.value)) > 1)
        )
        query = select(*OUTCOME).where(
            mine, OUTCOMES.c.event.in_(split), OUTCOMES.c.arrived < known_by
        )
        with self._database.reading() as connection:
            _, conflicts = settle(map(Outcome._make, connection.execute(query)))
        return [
            Conflict(event=event, values=tuple(sorted(conflicts[event])))
            for event in sorted(conflicts)
        ]

    def quarantined(self, product: str) -> list[str]:
        """Return the ids of outcomes without an event, in order."""
        served = exists().where(JOINS, SERVED).correlate(OUTCOMES)
        query = (
            select(OUTCOMES.c.event)
            .distinct()
            .where(OUTCOMES.c.product == product, ~served)
            .order_by(OUTCOMES.c.event)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())


def _text(features: str | None, column: str) -> str | None:
    """Return the text in a column of an event's features, none if they do not have it."""
    if not features or features[0] != "{":
        return None
    value = msgspec.json.decode(features).get(column)
    return value if isinstance(value, str) else None


def standing_rows(rows: Sequence[Row[Any]], first: int) -> Sequence[Row[Any]]:
    """Return the rows of outcomes that stand, one for each event without conflict, in order.

    Args:
        rows: Rows of an event's id, more of the event, then `OUTCOME` without the event's id.
        first: The place of the outcome's first column.
    """
    if len({row[0] for row in rows}) == len(rows):
        return rows
    counts = Counter(row[0] for row in rows)
    stands, _ = settle(_outcome(row, first) for row in rows if counts[row[0]] > 1)
    return [
        row for row in rows if counts[row[0]] == 1 or stands.get(row[0]) == _outcome(row, first)
    ]


def _outcome(row: Row[Any], first: int) -> Outcome:
    return Outcome._make((row[0], *row[first:]))
