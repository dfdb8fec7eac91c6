"""The outcome log: every outcome, in any order and any number of times; append-only."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import func, select

from contracts.errors import DataError
from production.database.rows import append, matching
from production.database.tables import OUTCOMES
from production.feedback.batch import (
    LONGEST_INDEXED,
    Outcomes,
    Receipt,
    Tally,
    column,
    is_indexed,
    is_integer,
    shown,
)
from production.feedback.events import times
from production.feedback.outcome import Outcome, decode_values, encode_value, encode_values
from production.feedback.whole import are_ids, are_integers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa
    from sqlalchemy import Connection

    from contracts.kind import Predicted
    from contracts.ports import Instants
    from production.database.database import Database

COLUMNS = ("product", *Outcome._fields)


class OutcomeLog:
    """The outcomes of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        product: str,
        outcomes: Outcomes,
        *,
        closes: Callable[[int], int] | None = None,
        target: Predicted | None = None,
    ) -> Receipt:
        """Record outcomes, and return what became of them: a malformed one is rejected alone.

        Args:
            product: The product.
            outcomes: The outcomes.
            closes: When the evaluation window of an event time closes; outcomes that arrive then
                or later are late. Without it none is.
            target: What the product predicts, whose outcomes alone are accepted; without it any
                finite scalar is.

        Raises:
            DataError: The columns differ in length.
        """
        wellformed, rejections = _parse(outcomes, target)
        ids = list(dict.fromkeys(outcome.event for outcome in wellformed))
        with self._database.transaction() as connection:
            intake = _Intake(
                times=times(connection, product, ids),
                stored=_stored(connection, product, ids),
                closes=closes,
            )
            fresh = [(product, *outcome) for outcome in wellformed if intake.add(outcome)]
            append(connection, OUTCOMES, COLUMNS, fresh)
        return intake.receipt(rejections)

    def arrived(self, product: str, start: int, end: int) -> tuple[Instants, pa.Array]:
        """Return the arrivals and values of all outcomes of a window of arrival, by arrival.

        Raises:
            DataError: The values are of kinds that do not mix.
        """
        query = (
            select(OUTCOMES.c.arrived, OUTCOMES.c.value)
            .where(OUTCOMES.c.product == product)
            .where(OUTCOMES.c.arrived >= start, OUTCOMES.c.arrived < end)
            .order_by(OUTCOMES.c.arrived, OUTCOMES.c.event)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return np.array([row[0] for row in rows], np.int64), decode_values([row[1] for row in rows])

    def tally(self, product: str) -> Tally:
        """Return how many outcomes arrived, and when the newest did."""
        query = select(func.count(), func.max(OUTCOMES.c.arrived)).where(
            OUTCOMES.c.product == product
        )
        with self._database.reading() as connection:
            count, last = connection.execute(query).one()
        return Tally(count=count, last=last)


class _Intake:
    """Counts the outcomes of one batch, one after the other, and decides which to store.

    Args:
        times: Event times of the ids that were served.
        stored: Outcomes of the same events that are stored already.
        closes: When the evaluation window of an event time closes.
    """

    def __init__(
        self,
        *,
        times: Mapping[str, int],
        stored: Iterable[Outcome],
        closes: Callable[[int], int] | None,
    ) -> None:
        self._times, self._closes = times, closes
        self._counts: Counter[str] = Counter()
        # By event and revision, then by value: the outcome that arrived first.
        self._known: defaultdict[tuple[str, int], dict[str, Outcome]] = defaultdict(dict)
        for outcome in stored:
            values = self._known[outcome.event, outcome.revision]
            values[outcome.value] = min(outcome, values.get(outcome.value, outcome))

    def add(self, outcome: Outcome) -> bool:
        """Count an outcome, and return whether it is new or arrived earlier than known."""
        values = self._known[outcome.event, outcome.revision]
        known = values.get(outcome.value)
        self._counts[self._kind(outcome, values)] += 1
        if known is not None and known <= outcome:
            return False
        values[outcome.value] = outcome
        return True

    def receipt(self, rejections: tuple[str, ...]) -> Receipt:
        """Return the counts, including outcomes that were rejected before."""
        late, added = self._counts.pop("late", 0), self._counts.total()
        return Receipt(
            received=added + len(rejections),
            rejected=len(rejections),
            late=late,
            rejections=rejections,
            **self._counts,
        )

    def _kind(self, outcome: Outcome, values: Mapping[str, Outcome]) -> str:
        if outcome.value in values:
            return "duplicate"
        if outcome.event not in self._times:
            return "quarantined"
        if values:
            return "conflicting"
        if self._closes and outcome.arrived >= self._closes(self._times[outcome.event]):
            self._counts["late"] += 1
        return "accepted"


def _parse(outcomes: Outcomes, target: Predicted | None) -> tuple[list[Outcome], tuple[str, ...]]:
    """Return the well-formed outcomes, and the faults of the others."""
    rows = len(outcomes.event)
    unstated = outcomes.occurred is None
    columns = (
        column(outcomes.event, rows, "event"),
        column(outcomes.revision, rows, "revision"),
        column(outcomes.value, rows, "value"),
        column(outcomes.arrived, rows, "arrived"),
        column(outcomes.arrived if unstated else outcomes.occurred, rows, "occurred"),
    )
    whole = _parse_at_once(outcomes, columns, target)
    if whole is not None:
        return whole, ()
    wellformed, rejections = [], []
    for row in zip(*columns, strict=True):
        try:
            wellformed.append(_outcome(row, target))
        except DataError as error:
            rejections.append(f"{shown(row[0])}: {error.message}")
    return wellformed, tuple(rejections)


def _parse_at_once(
    outcomes: Outcomes, columns: Sequence[list[Any]], target: Predicted | None
) -> list[Outcome] | None:
    """Return all outcomes if they are seen to be well-formed at once; None says nothing of any."""
    event, revision, value, arrived, occurred = columns
    first = outcomes.arrived if outcomes.occurred is None else outcomes.occurred
    if not (
        are_ids(event)
        and _is_revision(outcomes.revision)
        and are_integers(outcomes.arrived)
        and are_integers(first)
        and np.greater_equal(outcomes.arrived, first).all()
    ):
        return None
    try:
        texts = encode_values(value, target)
    except DataError:
        return None
    return [*map(Outcome, event, revision, texts, arrived, occurred)]


def _outcome(row: tuple[Any, ...], target: Predicted | None) -> Outcome:
    """Return a row as an outcome.

    Raises:
        DataError: It is malformed.
    """
    event, revision, value, arrived, occurred = row
    if not is_indexed(event):
        raise DataError(f"expected an event id of 1 to {LONGEST_INDEXED} bytes")
    if not _is_revision(revision):
        raise DataError(f"expected a revision from 0, got {shown(revision)}")
    text = encode_value(value, target)
    if not is_integer(arrived) or not is_integer(occurred):
        raise DataError(
            f"expected times in microseconds, got {shown(occurred)} and {shown(arrived)}"
        )
    if arrived < occurred:
        raise DataError(f"expected it to arrive after it occurred, got {arrived} before {occurred}")
    return Outcome(event, revision, text, arrived, occurred)


def _is_revision(value: object) -> bool:
    return is_integer(value) and value >= 0  # type: ignore[operator]


def _stored(connection: Connection, product: str, ids: Sequence[str]) -> list[Outcome]:
    query = select(*(OUTCOMES.c[name] for name in Outcome._fields)).where(
        OUTCOMES.c.product == product
    )
    return [Outcome._make(row) for row in matching(connection, query, OUTCOMES.c.event, ids)]
