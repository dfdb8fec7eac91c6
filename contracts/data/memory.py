"""A source over a table in memory: for notebooks and tests, and inside other sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contracts.data.events import checked_events
from contracts.data.rows import as_known, instants
from contracts.ports import ID, TIME

if TYPE_CHECKING:
    import pyarrow as pa


class Memory:
    """Answers windows from an Arrow table that holds every event and outcome there will be.

    Args:
        table: The standard columns, then the product's input columns, in any row order.

    Raises:
        DataError: The events do not satisfy `contracts.ports.Source.window`.
    """

    increments: ClassVar[bool] = True

    def __init__(self, table: pa.Table) -> None:
        self._table = checked_events(table).sort_by([(TIME, "ascending"), (ID, "ascending")])
        self._times = instants(self._table[TIME])

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment."""
        low, high = np.searchsorted(self._times, [start, end])
        return as_known(self._table.slice(low, max(high - low, 0)), known_by)
