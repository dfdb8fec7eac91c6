"""Labelled rows: the events of a window whose outcome was known by a moment, and nothing later.

Trainings, folds, tests and proofs all take their rows from here, so that none can leak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.events import fetch_checked
from contracts.data.outcomes import check_outcomes, numeric_outcomes
from contracts.data.rows import arrived_before, instants, with_outcome, within
from contracts.errors import DataError
from contracts.kind import Predicted
from contracts.moment import END_OF_TIME, iso
from contracts.ports import ARRIVED, ID, OUTCOME, TIME

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from contracts.ports import Floats, Instants, Source


class LabelledRows(msgspec.Struct, frozen=True, kw_only=True):
    """Events with their outcomes, in the forms that learners, models and metrics take.

    Attributes:
        events: The source's columns; no outcome is null.
        target: What is predicted.
        inputs: The names of the input columns, in the order in which a model takes them.
    """

    events: pa.Table
    target: Predicted
    inputs: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.events.num_rows)

    @property
    def rows(self) -> pa.Table:
        """The rows to predict: input columns alone."""
        return self.events.select([*self.inputs])

    @property
    def examples(self) -> pa.Table:
        """The rows to fit: input columns, then the outcome, where the target lists it."""
        return self.listed.events.select([*self.inputs, OUTCOME])

    @property
    def times(self) -> Instants:
        """When each event happened, microseconds, (n,)."""
        return instants(self.events[TIME])

    @property
    def arrived(self) -> Instants:
        """When each outcome arrived, microseconds, (n,)."""
        return instants(self.events[ARRIVED])

    @property
    def outcomes(self) -> Floats:
        """The outcomes as numbers, (n,): see `numeric_outcomes`."""
        return numeric_outcomes(self.target, self.events[OUTCOME])

    @property
    def unlisted(self) -> int:
        """How many outcomes are labels that the target does not list."""
        return int((~self.is_listed).sum())

    @property
    def is_listed(self) -> npt.NDArray[np.bool_]:
        """Which outcomes the target lists, (n,)."""
        return ~np.isnan(self.outcomes)

    @property
    def listed(self) -> LabelledRows:
        """The events whose outcome the target lists: what a learner can learn."""
        listed = self.is_listed
        return self if listed.all() else self._replaced(self.events.filter(pa.array(listed)))

    @property
    def by_arrival(self) -> LabelledRows:
        """The events in the order in which their outcomes arrived."""
        return self._replaced(self.events.sort_by([(ARRIVED, "ascending"), (ID, "ascending")]))

    def between(self, start: int, end: int) -> LabelledRows:
        """Return the events with ``start <= time < end``."""
        return self._replaced(within(self.events, start, end))

    def known_by(self, moment: int) -> LabelledRows:
        """Return the events whose outcome had arrived before a moment."""
        return self._replaced(self.events.filter(arrived_before(self.events, moment)))

    def arrived_from(self, moment: int) -> LabelledRows:
        """Return the events whose outcome arrived at a moment or later."""
        return self._replaced(self.events.filter(pc.invert(arrived_before(self.events, moment))))

    def slice(self, first: int, count: int) -> LabelledRows:
        """Return so many events from a place on, counted from 0."""
        return self._replaced(self.events.slice(first, count))

    def take(self, places: Instants) -> LabelledRows:
        """Return the events at some places, counted from 0."""
        return self._replaced(self.events.take(pa.array(places)))

    def window(self, start: int, end: int, *, known_by: int) -> LabelledRows:
        """Return what `labelled_rows` gives for a window inside this one, without asking a source.

        Raises:
            DataError: No event of the window has an outcome that had arrived.
        """
        events = self.between(start, end)
        return _nonempty(events.known_by(known_by), len(events), start, end, known_by)

    def _replaced(self, events: pa.Table) -> LabelledRows:
        return LabelledRows(events=events, target=self.target, inputs=self.inputs)


def labelled_rows(
    source: Source,
    start: int,
    end: int,
    *,
    known_by: int,
    target: Predicted,
    inputs: Iterable[str],
    may_be_empty: bool = False,
) -> LabelledRows:
    """Return the events with ``start <= time < end`` whose outcome had arrived before a moment.

    Args:
        source: Where they come from.
        start: The window's first moment, microseconds.
        end: The moment after its last.
        known_by: The moment, microseconds; `contracts.moment.END_OF_TIME` for every outcome.
        target: What is predicted: no outcome may be of another kind.
        inputs: The names of the columns that a model takes, in order.
        may_be_empty: Whether no such event is an answer, and not an error.

    Raises:
        DataError: The source cannot answer for the window, lacks a column, has no such event, or an
            outcome is none that the target can have.
        LeakError: It hands over more than was known.
    """
    events, names = fetch_checked(source, start, end, known_by=known_by), tuple(inputs)
    missing = [name for name in names if name not in events.column_names]
    if missing:
        raise DataError(
            f"the source lacks columns in its events from {iso(start)} to {iso(end)}",
            hint="let the source's query select them, or take the source of this product",
            details=missing,
        )
    check_outcomes(target, events)
    rows = LabelledRows(events=with_outcome(events), target=target, inputs=names)
    return rows if may_be_empty else _nonempty(rows, events.num_rows, start, end, known_by)


def _nonempty(rows: LabelledRows, events: int, start: int, end: int, known_by: int) -> LabelledRows:
    """Return rows of a window of so many events.

    Raises:
        DataError: There are none.
    """
    if not len(rows):
        known = "" if known_by == END_OF_TIME else f" that had arrived before {iso(known_by)}"
        raise DataError(
            f"none of {events:,} events from {iso(start)} to {iso(end)} has an outcome{known}",
            hint="move the window, wait for outcomes, or build the data: "
            "python -m contracts task=ingest",
        )
    return rows
