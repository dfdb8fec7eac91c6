"""The protocols everything composes through; who satisfies them inherits from nothing.

Column names that every product shares stand here too: whatever a product calls its own columns,
its source hands them over under these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

#: Predictions, scores, outcomes as numbers; and moments as microseconds.
Floats = npt.NDArray[np.float64]
Instants = npt.NDArray[np.int64]

#: Columns of a source: event id, cluster key, event time, outcome, moment the outcome arrived.
ID, KEY, TIME, OUTCOME, ARRIVED = "id", "key", "time", "outcome", "arrived"
#: The moment the last of an event's features became known: never after its time.
KNOWN = "known"


@runtime_checkable
class Model(Protocol):
    """One trained state that predicts: a generation's inside.

    May also have ``labels``, those its predictions are of: research compares them with the
    specification's before it scores a column as another label's.
    """

    def predict(self, rows: pa.Table) -> Floats:
        """Return float64 predictions of shape (n, k) for n rows in the contract's input schema."""

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record of the contract's compiled type."""

    def write(self, folder: Path) -> None:
        """Write the state into an empty folder, as data only."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the state back from a verified folder."""


@runtime_checkable
class Adopts(Protocol):
    """A model's class that can also read the state the other side exported: optional.

    With it, a clause under ``same_state`` asks both sides for the same trained state, so what it
    finds is in the code that serves. Without it such a clause is not run.
    """

    @classmethod
    def adopt(cls, folder: Path) -> Self:
        """Return the model of a state that the reference's model wrote into a folder.

        Raises:
            StateError: The state is not of a form known to this side.
        """


@runtime_checkable
class Learner(Protocol):
    """Makes models. May also have ``resume(model, rows) -> Model``."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Model:
        """Return a model fitted to rows: the contract's inputs, then ``outcome``, never null."""


class Source(Protocol):
    """Data on demand, by time window: the source descriptor at work."""

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

        The adapters in `contracts.data` check all but the last. `contracts.data.events` checks
        the last before rows are used, and again that no outcome arrived at ``known_by`` or later.

        Raises:
            DataError: The source cannot answer for that window, or its events break one of these.
        """


class Ingest(Protocol):
    """Makes the data that a source reads, from raw files: what ``product.ingest`` names. Optional.

    Its parameters are whatever the configuration gives beside ``_target_``. It may run again: what
    is there and intact may stay.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        """Put the data in place, and return what to show of it.

        Returns:
            Names and values, as a struct, a dataclass or a dictionary of plain values, shown on the
            terminal and in the task's report; or None, where there is nothing to say.

        Raises:
            DataError: The raw data are not what is expected.
        """


class Baseline(Protocol):
    """The naive prediction that every report sets beside the model's."""

    def predict(self, times: Instants, *, arrived: Instants, outcomes: Floats) -> Floats:
        """Return (n, k) predictions at n event times from outcomes that had arrived by then.

        Args:
            times: The n event times, microseconds.
            arrived: When each of m known outcomes arrived, microseconds, any order.
            outcomes: The m outcomes as numbers: 0/1 for binary, label index for multiclass.
        """
