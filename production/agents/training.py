"""Trains on what was known at a moment, and on nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from contracts.clock import Stopwatch
from contracts.errors import DataError
from contracts.moment import iso
from contracts.ports import ARRIVED, OUTCOME
from contracts.source.guard import check_known

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Learner, Model, Source


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted model and what it was fitted to.

    Attributes:
        model: The fitted model, not yet written.
        start: Events from this moment on, microseconds.
        end: Events before this moment.
        known_by: Outcomes that had arrived before this moment.
        rows: Their number.
        seconds: What fitting took.
    """

    model: Any
    start: int
    end: int
    known_by: int
    rows: int
    seconds: float


class Trainer:
    """Fits a learner to a window of a source, as it was known by a moment.

    Args:
        source: Data on demand.
        learner: What fits.
        contract: Names the inputs, the parameters and the seed.
        history: The first moment of data; none of it is older.
        window: Microseconds of history a training looks back on, all of it if none.
    """

    def __init__(
        self,
        *,
        source: Source,
        learner: Learner,
        contract: Contract,
        history: int,
        window: int | None = None,
    ) -> None:
        self._source, self._learner, self._contract = source, learner, contract
        self._history, self._window = history, window

    def train(self, *, known_by: int) -> Trained:
        """Return a model fitted to the events before a moment whose outcomes had arrived by it.

        Raises:
            DataError: There are none.
            LeakError: The source handed over more than was known.
        """
        start = max(self._history, known_by - self._window) if self._window else self._history
        rows = self.rows(start, known_by, known_by=known_by)
        if not rows.num_rows:
            raise DataError(
                f"no outcome had arrived between {iso(start)} and {iso(known_by)}",
                hint="start operation later, or shorten the gate's holdout",
            )
        watch = Stopwatch()
        learning = self._contract.learning
        model: Model = self._learner.fit(
            rows.select([*self._contract.inputs, OUTCOME]),
            params=learning.params,
            seed=learning.seed,
        )
        return Trained(
            model=model,
            start=start,
            end=known_by,
            known_by=known_by,
            rows=rows.num_rows,
            seconds=watch.seconds(),
        )

    def holdout(self, moment: int, *, length: int) -> pa.Table:
        """Return the events whose outcomes arrived in the last ``length`` before a moment."""
        since = moment - length
        rows = self.rows(max(self._history, since - length), moment, known_by=moment)
        return rows.filter(pc.greater_equal(rows[ARRIVED].cast(pa.int64()), since))

    def rows(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events of a window with an outcome, checked for knowing too much."""
        rows = self._source.window(start, end, known_by=known_by)
        check_known(rows, known_by=known_by)
        return rows.filter(pc.is_valid(rows[OUTCOME]))
