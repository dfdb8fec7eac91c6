"""A feature store in memory: for notebooks and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.stored.values import (
    MemoryValues,
    checked_values,
    empty_values,
    known_moments,
)
from contracts.ports import ID
from production.features.database import of_entity

if TYPE_CHECKING:
    from collections.abc import Sequence


class MemoryFeatureStore:
    """Keeps values as long as the process lives.

    Args:
        entity: The columns that name an entity.
    """

    def __init__(self, entity: Sequence[str]) -> None:
        self._entity = tuple(entity)
        self._rows = empty_values(entity)

    def record(self, rows: pa.Table) -> int:
        """Add values, and return how many were new.

        Raises:
            DataError: They are malformed, or lack a column that names an entity.
        """
        rows = of_entity(checked_values(rows), self._entity)
        fresh = rows.filter(pc.invert(pc.is_in(rows[ID], value_set=self._rows[ID])))
        kept = [self._rows] if self._rows.num_rows else []
        self._rows = pa.concat_tables([*kept, fresh]) if fresh.num_rows else self._rows
        return int(fresh.num_rows)

    def forget(self, before: int, *, most: int) -> int:
        """Delete values that became known before a moment, the oldest first; return how many."""
        rows = checked_values(self._rows)
        count = min(most, int(np.searchsorted(known_moments(rows), before)))
        self._rows = rows.slice(count)
        return count

    def window(self, start: int, end: int) -> pa.Table:
        """Return the values that became known in ``[start, end)``, ordered by that, then id."""
        return MemoryValues(self._rows).window(start, end)
