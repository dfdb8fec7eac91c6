"""The port of the feature store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class FeatureStore(Protocol):
    """The values of one product's stored features; it is a `contracts.data.stored.values.Values`.

    Values are added, and the oldest forgotten; none is changed. What comes again under an id that
    is there changes nothing, so the store is the same whatever the order in which values came, and
    however often.
    """

    def record(self, rows: pa.Table) -> int:
        """Add values, and return how many were new.

        Raises:
            DataError: They are malformed, or lack a column that names an entity.
        """

    def forget(self, before: int, *, most: int) -> int:
        """Delete values that became known before a moment, the oldest first; return how many.

        Args:
            before: The moment, microseconds.
            most: So many at most.
        """

    def window(self, start: int, end: int) -> pa.Table:
        """Return the values that became known in ``[start, end)``, ordered by that, then id."""
