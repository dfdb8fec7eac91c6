"""The choices in the event log: which generation served an event, how likely, and its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
from sqlalchemy import func, select

from contracts.moment import END_OF_TIME
from contracts.ports import Floats, Instants
from production.database.tables import EVENTS, OUTCOMES
from production.feedback.batch import FALLBACK
from production.feedback.events import SERVED, typed
from production.feedback.feedback import JOINS, OUTCOME, standing_rows
from production.feedback.outcome import Outcome, decode_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select

    from production.database.database import Database

CHOSEN = ("id", "key", "time", "release", "generation", "manifest", "propensity", "prediction")
ASSIGNED = ("key", "time", "release", "generation", "manifest", "propensity")
MIRRORED = ("id", "release", "generation", "prediction")


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Served events with the outcome that stands; n rows, by time, then id.

    Attributes:
        id: Event ids.
        key: The keys that dispatch was sticky by.
        time: Event times, microseconds.
        release: The releases that predicted.
        generation: The numbers of their generations.
        manifest: The revisions of the manifests that offered them.
        propensity: The probabilities with which they were chosen.
        prediction: The served predictions, (n, k).
        features: The records as they were logged; none of any unless they were asked for.
        outcome: The outcomes, a typed Arrow array without nulls.
    """

    id: list[str]
    key: list[str]
    time: Instants
    release: list[str]
    generation: Instants
    manifest: Instants
    propensity: Floats
    prediction: Floats
    features: list[str | None]
    outcome: pa.Array


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """Which generations served which keys, and since when; n rows, by time.

    Attributes:
        key: Keys; one has a row for each generation, manifest and propensity.
        time: The first event of each row, microseconds.
        release: The releases that predicted.
        generation: The numbers of their generations.
        manifest: The revisions of the manifests that offered them.
        propensity: The probabilities with which they were chosen.
        events: The number of events of each row.
    """

    key: list[str]
    time: Instants
    release: list[str]
    generation: Instants
    manifest: Instants
    propensity: Floats
    events: list[int]


class Mirrors(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions in the shadow; n rows.

    Attributes:
        id: The ids of the events.
        release: The releases that predicted.
        generation: The numbers of their generations.
        prediction: What they predicted, (n, k).
    """

    id: list[str]
    release: list[str]
    generation: Instants
    prediction: Floats


class ChoiceLog:
    """The choices of one product, by the manifests that offered them.

    Args:
        database: The database of events and outcomes.
        product: The product.
    """

    def __init__(self, database: Database, product: str) -> None:
        self._database, self._product = database, product

    def scored(
        self,
        revisions: range,
        *,
        start: int = 0,
        end: int = END_OF_TIME,
        features: bool = False,
    ) -> Choices:
        """Return the events of some manifests with the outcomes that arrived so far.

        Args:
            revisions: The revisions of the manifests.
            start: The first event time, microseconds.
            end: The first event time that is too late.
            features: Whether the records are read too.

        Raises:
            DataError: The outcomes are of different kinds.
            IntegrityError: The predictions have different widths.
        """
        names = (*CHOSEN, *(("features",) if features else ()))
        query = (
            select(*(EVENTS.c[name] for name in names), *OUTCOME[1:])
            .join_from(EVENTS, OUTCOMES, JOINS)
            .where(SERVED, EVENTS.c.generation != FALLBACK, *self._of(revisions, start, end))
            .order_by(EVENTS.c.time, EVENTS.c.id)
        )
        rows = standing_rows(self._rows(query), len(names))
        columns = typed((*names, *Outcome._fields[1:]), rows)
        columns["outcome"] = decode_values(columns.pop("value"))
        columns.setdefault("features", [None] * len(rows))
        return Choices(**{name: columns[name] for name in Choices.__struct_fields__})

    def assigned(self, revisions: range) -> Assigned:
        """Return which keys some manifests' generations served, with or without outcomes."""
        firsts = [func.min(EVENTS.c.time) if at == "time" else EVENTS.c[at] for at in ASSIGNED]
        query = (
            select(*firsts, func.count())
            .where(SERVED, EVENTS.c.generation != FALLBACK, *self._of(revisions))
            .group_by(*(EVENTS.c[name] for name in ASSIGNED if name != "time"))
            .order_by(func.min(EVENTS.c.time), EVENTS.c.key)
        )
        return Assigned(**typed((*ASSIGNED, "events"), self._rows(query)))

    def mirrored(self, revisions: range, *, start: int = 0, end: int = END_OF_TIME) -> Mirrors:
        """Return what generations predicted in the shadow of some manifests' events."""
        query = select(*(EVENTS.c[name] for name in MIRRORED)).where(
            EVENTS.c.shadow == 1, *self._of(revisions, start, end)
        )
        return Mirrors(**typed(MIRRORED, self._rows(query)))

    def _of(
        self, revisions: range, start: int = 0, end: int = END_OF_TIME
    ) -> tuple[ColumnElement[bool], ...]:
        return (
            EVENTS.c.product == self._product,
            EVENTS.c.time >= start,
            EVENTS.c.time < end,
            EVENTS.c.manifest >= revisions.start,
            EVENTS.c.manifest < revisions.stop,
        )

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return connection.execute(query).all()
