"""Digests of the rows that were known at a refresh, by window: the next one compares with them.

They tell how many rows of the past changed or went missing, and when those were. Of a large history
one row in so many is digested, chosen by its id, so that a refresh stores half a megabyte at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from contracts.moment import DAY

if TYPE_CHECKING:
    from contracts.ports import Instants
    from production.agents.hashed_rows import HashedRows
    from production.agents.row_hash import Hashes

#: How many rows are digested at most.
MOST = 2**16
WINDOW = DAY


class RowDigests(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Digests of the rows known at a moment; times in microseconds.

    Attributes:
        moment: The moment.
        columns: The columns that were digested.
        every: One row in so many was digested, a power of two.
        windows: The starts of the windows of a day that have rows, in order.
        counts: How many digested rows each has.
        digests: The rows' digests, 8 bytes each, window by window.
        format: The number of this form.
    """

    moment: int
    columns: tuple[str, ...]
    every: int
    windows: tuple[int, ...]
    counts: tuple[int, ...]
    digests: bytes
    format: int = 1

    @property
    def rows(self) -> tuple[Instants, Hashes]:
        """Each digested row's window, and its digest."""
        windows = np.repeat(np.array(self.windows, np.int64), self.counts)
        return windows, np.frombuffer(self.digests, "<u8").astype(np.uint64)


class HistoryChange(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows that were known at an earlier refresh; times in microseconds.

    Attributes:
        since: The moment of that refresh.
        compared: How many rows were compared.
        changed: How many of them changed or are missing.
        first: The first event time that a row which changed may have; 0 without one.
        last: The end of the last window that has one; 0 without one.
        revises: Whether the product declares that its source revises rows.
    """

    since: int
    compared: int
    changed: int
    first: int = 0
    last: int = 0
    revises: bool = False

    @property
    def share(self) -> float:
        """Which share of the rows compared changed or is missing."""
        return self.changed / self.compared if self.compared else 0.0


class KnownRows:
    """The rows known at a moment, digested.

    Args:
        rows: The rows, hashed: all columns of the source.
        finest: At least one row in so many is digested: what an earlier refresh did.
    """

    def __init__(self, rows: HashedRows, *, finest: int | None = None) -> None:
        self._columns, self._moment = tuple(rows.known.events.column_names), rows.moment
        self._every = _every(len(rows.known))
        sampled = _one_in(min(self._every, finest or self._every), rows.ids)
        self._ids, self._digests = rows.ids[sampled], rows.rows[sampled]
        times = rows.known.times[sampled]
        self._windows = times - times % WINDOW

    @property
    def digests(self) -> RowDigests:
        """The digests to store."""
        chosen = _one_in(self._every, self._ids)
        windows, digests = self._windows[chosen], self._digests[chosen]
        order = np.lexsort((digests, windows))
        starts, counts = np.unique(windows, return_counts=True)
        return RowDigests(
            moment=self._moment,
            columns=self._columns,
            every=self._every,
            windows=tuple(starts.tolist()),
            counts=tuple(counts.tolist()),
            digests=digests[order].astype("<u8").tobytes(),
        )

    def change(self, earlier: RowDigests, *, start: int, revises: bool = False) -> HistoryChange:
        """Return what became of the rows of an earlier refresh.

        Args:
            earlier: Their digests. Of other columns, nothing can be compared.
            start: The first event time of the rows known now: what lies before it left the training
                window, and is not missing.
            revises: Whether the product declares that its source revises rows.
        """
        windows, digests = earlier.rows
        inside = (windows >= start) & (earlier.columns == self._columns)
        windows, digests = windows[inside], digests[inside]
        changed = windows[~_among(digests, self._digests)]
        return HistoryChange(
            since=earlier.moment,
            compared=len(windows),
            changed=len(changed),
            first=int(changed.min()) if len(changed) else 0,
            last=int(changed.max()) + WINDOW if len(changed) else 0,
            revises=revises,
        )


def _every(rows: int) -> int:
    """Return one row in how many is digested, so that at most `MOST` are."""
    every = 1
    while rows > every * MOST:
        every *= 2
    return every


def _among(digests: Hashes, others: Hashes) -> npt.NDArray[np.bool_]:
    """Return which digests are among others: three times as fast as `numpy.isin`."""
    if not len(others):
        return np.zeros(len(digests), bool)
    others = np.sort(others)
    places = np.minimum(np.searchsorted(others, digests), len(others) - 1)
    found: npt.NDArray[np.bool_] = others[places] == digests
    return found


def _one_in(every: int, ids: Hashes) -> npt.NDArray[np.bool_]:
    """Return which rows are digested: a row of one id always, or never."""
    chosen: npt.NDArray[np.bool_] = ids % np.uint64(every) == 0
    return chosen
