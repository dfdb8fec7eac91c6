"""The protocols of the parts of a product: an implementation has their methods, and no base class.

Also the column names that all products share: a source returns its columns under these, whatever
the product calls them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

#: Predictions, scores or outcomes as numbers, and moments in microseconds.
Floats = npt.NDArray[np.float64]
Instants = npt.NDArray[np.int64]

#: Columns of a source: event id, cluster key, event time, outcome, moment the outcome arrived.
ID, KEY, TIME, OUTCOME, ARRIVED = "id", "key", "time", "outcome", "arrived"
#: The column of the moment when the last feature of an event became known: not after its time.
KNOWN = "known"


@runtime_checkable
class Model(Protocol):
    """One trained state that predicts: what a generation contains.

    It may also have ``labels``, one for each column of its predictions. They are compared with the
    contract's before the columns are used: those of a multiclass model may stand in another order,
    or lack labels that it was fitted to no row of. See `contracts.data.predictions`.
    """

    def predict(self, rows: pa.Table) -> Floats:
        """Return float64 predictions of shape (n, k) for n rows in the contract's input schema.

        Nobody asks for the predictions of no rows.
        """

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record of the contract's compiled type."""

    def write(self, folder: Path) -> None:
        """Write the state into an empty folder, as data without code."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the state back from a verified folder."""


@runtime_checkable
class Adopts(Protocol):
    """The optional class method with which a model reads the state that the other side exported.

    With it, a ``same_state`` clause gives both sides the same trained state, so that a difference
    it finds is in the code that serves. Without it, such a clause is not run.
    """

    @classmethod
    def adopt(cls, folder: Path) -> Self:
        """Return the model of the state that the reference's model wrote into a folder.

        Raises:
            StateError: This side does not know the form of the state.
        """


@runtime_checkable
class Learner(Protocol):
    """Trains models. It may also have `Resumes.resume`."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Model:
        """Return a model fitted to rows: the contract's inputs, then ``outcome``.

        No outcome is null, and each is one of the contract's labels, of which some may be missing.
        """


@runtime_checkable
class Resumes(Protocol):
    """The optional method with which a learner goes on from a model: see ``strategy=incremental``.

    What it needs for that, besides what predicts, the model writes and reads, too.
    """

    def resume(self, model: Any, rows: pa.Table) -> Model:
        """Return a model that has learned rows besides those that a model has learned.

        Args:
            model: One that this learner fitted or resumed, or that was read back since: it stays as
                it is. Equal models and rows give equal models.
            rows: As for `Learner.fit`, one row at least, in the order in which outcomes arrived.
        """


class Source(Protocol):
    """Data on demand, by time window: what a source descriptor configures."""

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment.

        Columns: id, key, time, outcome, arrived, known, then the contract's input columns; ordered
        by time, then id. What each event must satisfy:

        - ``id`` and ``key`` are text, never null; no two events have one id.
        - ``time``, ``arrived`` and ``known`` are instants with a time zone; ``time`` and ``known``
          are never null.
        - ``outcome`` and ``arrived`` are null together: where the outcome is yet to come or never
          comes (a cancelled flight), and unless ``arrived < known_by``.
        - ``arrived`` is not before ``time``.
        - ``known`` is not after ``time``: no feature knows what came after its event.
        - ``outcome``, where it is a number, is finite.
        - No value changes in int64, float64, text or microseconds, and an instant among the inputs
          has a time zone.

        The adapters in `contracts.data` check all but the one on ``known`` and ``time``.
        `contracts.data.events` checks that before rows are used, and again that no outcome arrived
        at ``known_by`` or later.

        Raises:
            DataError: The source cannot answer for that window, or its events break one of these.
        """


class Ingest(Protocol):
    """The optional function that makes a source's data from raw files: ``product.ingest``.

    Its parameters are those that the configuration gives beside ``_target_``. It may run again; it
    need not repeat work that is done and intact.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        """Write the data, and return what to show of it.

        Returns:
            Names and values, as a struct, a dataclass or a dictionary of plain values, shown on the
            terminal and in the task's report; or None.

        Raises:
            DataError: The raw data are not as expected.
        """


class Baseline(Protocol):
    """The naive prediction that every report compares the model with."""

    def predict(self, times: Instants, *, arrived: Instants, outcomes: Floats) -> Floats:
        """Return (n, k) predictions at n event times from outcomes that had arrived by then.

        Args:
            times: The n event times, microseconds.
            arrived: When each of m known outcomes arrived, microseconds, any order.
            outcomes: The m outcomes as numbers: 0/1 for binary, label index for multiclass, where
                NaN is a label that an open set does not list.
        """
