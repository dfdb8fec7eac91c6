"""A source over a table in memory: for notebooks, for tests, and inside other sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from contracts.data.rows import as_known, normal, within
from contracts.data.sound import sound
from contracts.ports import ID, TIME

if TYPE_CHECKING:
    import pyarrow as pa


class Memory:
    """Answers windows from an Arrow table that holds all there will ever be.

    Args:
        table: The standard columns, then the product's input columns, in any row order.

    Raises:
        DataError: The events are not as a source owes them; see `contracts.ports.Source.window`.
    """

    increments: ClassVar[bool] = True

    def __init__(self, table: pa.Table) -> None:
        self._table = sound(normal(table)).sort_by([(TIME, "ascending"), (ID, "ascending")])

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment."""
        return as_known(within(self._table, start, end), known_by)
