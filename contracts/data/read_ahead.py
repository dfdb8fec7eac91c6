"""A source whose events of one window were read already: it is asked for what lies outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contracts.data.rows import as_known, instants
from contracts.ports import TIME

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Source


class ReadAhead:
    """Answers windows from events that a source handed over, as the source itself would.

    Args:
        source: The source. What it hands over does not change meanwhile.
        events: Its events of a window with every outcome there will be, by time, then id.
        start: The window's first event time, microseconds.
        end: Its end.
    """

    increments: ClassVar[bool] = True

    def __init__(self, source: Source, events: pa.Table, *, start: int, end: int) -> None:
        self._source, self._events = source, events
        self._start, self._end = start, end
        self._times = instants(events[TIME])

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment."""
        if start < self._start or end > self._end:
            return self._source.window(start, end, known_by=known_by)
        low, high = np.searchsorted(self._times, [start, end])
        return as_known(self._events.slice(low, max(high - low, 0)), known_by)
