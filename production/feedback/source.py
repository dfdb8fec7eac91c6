"""Outcomes from a product's source: most teams' truth arrives in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from contracts.data.rows import instants, with_outcome
from contracts.ports import ARRIVED, ID, OUTCOME
from production.feedback.batch import Outcomes

if TYPE_CHECKING:
    from contracts.ports import Source


@runtime_checkable
class ArrivalSource(Protocol):
    """A source that finds events by when their outcome arrived, without reading all of them."""

    def arrivals(self, start: int, end: int, *, since: int, known_by: int) -> pa.Table:
        """Return the events of a window whose outcome arrived from ``since`` on, by ``known_by``.

        Of the columns of `contracts.ports.Source.window` the standard ones suffice.
        """


class SourceOutcomes:
    """Outcomes by when they arrived in a source.

    A source may show an outcome some time after its arrival: its transaction was open, its load was
    late. So each window overlaps with those before, and what comes again changes nothing. What was
    not visible before counts as arrived when the window begins: until then nobody knew it here. The
    arrival in the source is the outcome's revision: a source that corrects an outcome is believed.

    Args:
        source: The source.
        lookback: How long after its event an outcome may arrive, microseconds.
        overlap: How long after its arrival it may become visible, microseconds.
        first: Of events before this moment no outcomes are taken, microseconds.
    """

    def __init__(self, source: Source, *, lookback: int, overlap: int, first: int = 0) -> None:
        self._source, self._lookback, self._overlap = source, lookback, overlap
        self._first = first

    def outcomes(self, start: int, end: int) -> Outcomes:
        """Return the outcomes that arrived in the window, or shortly before it.

        Raises:
            DataError: The source cannot answer, or what it answers is malformed.
        """
        rows = self._rows(start - self._overlap, end)
        arrived = instants(rows[ARRIVED])
        return Outcomes(
            event=rows[ID].to_pylist(),
            value=rows[OUTCOME].to_pylist(),
            revision=np.maximum(arrived, 0).tolist(),
            arrived=np.maximum(arrived, start),
            occurred=arrived,
        )

    def _rows(self, since: int, end: int) -> pa.Table:
        """Return the events whose outcome arrived from a moment on, and before another."""
        start = max(since - self._lookback, self._first)
        if isinstance(self._source, ArrivalSource):
            return self._source.arrivals(start, end, since=since, known_by=end)
        rows = with_outcome(self._source.window(start, end, known_by=end))
        return rows.filter(pa.array(instants(rows[ARRIVED]) >= since))
