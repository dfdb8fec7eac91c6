"""Where requests and outcomes come from: live, a transport; in a backtest, recorded events."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pyarrow as pa

from contracts.data.rows import instants, with_outcome, within
from contracts.errors import DataError
from contracts.moment import iso
from contracts.ports import ARRIVED, ID, OUTCOME, TIME, Instants
from production.feedback.batch import Outcomes


class Arrivals(Protocol):
    """Outcomes by window of arrival; windows are ``[start, end)``."""

    def outcomes(self, start: int, end: int) -> Outcomes:
        """Return the outcomes that arrived in the window."""


class Feed(Arrivals, Protocol):
    """Requests and outcomes by window; windows are ``[start, end)``."""

    def requests(self, start: int, end: int) -> pa.Table:
        """Return the requests with their event time in the window, in time order."""

    def after_requests(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` requests from ``start`` on had come."""

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` outcomes from ``start`` on had arrived."""

    def last(self) -> int:
        """Return the first moment by which every outcome has arrived."""


class Replay:
    """A product's own history, replayed: the feed of a backtest.

    Args:
        history: Events as a source hands them over, with every outcome there will be.
        start: The first moment replayed.
        until: The first moment not replayed; outcomes of earlier requests still arrive after it.

    Raises:
        DataError: There are no events in that time.
    """

    def __init__(self, history: pa.Table, *, start: int, until: int) -> None:
        self.table = within(history, start, until)
        if not self.table.num_rows:
            raise DataError(
                f"no events from {iso(start)} to {iso(until)}",
                hint="set product.start and product.until to a time the data covers",
            )
        self._times = instants(self.table[TIME])
        settled = with_outcome(self.table).sort_by(ARRIVED)
        self._settled = settled.select([ID, OUTCOME])
        self._arrived = instants(settled[ARRIVED])

    def requests(self, start: int, end: int) -> pa.Table:
        """Return the requests with their event time in the window, in time order."""
        low, high = np.searchsorted(self._times, [start, end])
        return self.table.slice(low, high - low)

    def outcomes(self, start: int, end: int) -> Outcomes:
        """Return the outcomes that arrived in the window."""
        low, high = np.searchsorted(self._arrived, [start, end])
        part = self._settled.slice(low, high - low)
        return Outcomes(
            event=part[ID].to_pylist(),
            value=part[OUTCOME].to_pylist(),
            arrived=self._arrived[low:high],
        )

    def after_requests(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` requests from ``start`` on had come."""
        return _after(self._times, start, count)

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` outcomes from ``start`` on had arrived."""
        return _after(self._arrived, start, count)

    def after_record(self, start: int) -> int | None:  # noqa: ARG002 - the port's signature
        """Return none: in a history that is played nobody says anything."""
        return None

    def last(self) -> int:
        """Return the first moment by which every outcome has arrived."""
        latest = [int(times[-1]) for times in (self._times, self._arrived) if len(times)]
        return max(latest) + 1


class Silence:
    """No requests and no outcomes: the feed of a product that is about to go into service."""

    def requests(self, start: int, end: int) -> pa.Table:  # noqa: ARG002 - the port's signature
        """Return no requests."""
        return pa.table({})

    def outcomes(self, start: int, end: int) -> Outcomes:  # noqa: ARG002 - the port's signature
        """Return no outcomes."""
        return Outcomes(event=(), value=(), arrived=())

    def after_requests(self, start: int, count: int) -> int | None:  # noqa: ARG002 - the same
        """Return none: no request ever comes."""
        return None

    def after_outcomes(self, start: int, count: int) -> int | None:  # noqa: ARG002 - the same
        """Return none: no outcome ever comes."""
        return None

    def last(self) -> int:
        """Return the epoch: nothing is waited for."""
        return 0


def _after(times: Instants, start: int, count: int) -> int | None:
    at = int(np.searchsorted(times, start)) + count - 1
    return int(times[at]) + 1 if at < len(times) else None
