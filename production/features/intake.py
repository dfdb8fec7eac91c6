"""Takes the values of stored features from where they come from into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.registry.checkpoints import Checkpoint

if TYPE_CHECKING:
    from contracts.data.stored.values import Values
    from production.database.database import Database
    from production.features.port import FeatureStore
    from production.registry.checkpoints import Checkpoints

NAME = "feature_values"


class FeatureIntake:
    """Keeps a store filled, by a watermark: what became known before it was taken.

    The values and the watermark are one transaction: a process that is killed, or a second one at
    the same time, neither loses a value nor takes one twice. A value may be visible some time after
    the moment it states, so each window overlaps with the one before.

    Args:
        product: The product.
        values: Where values come from.
        store: Where they go.
        checkpoints: Where the watermark is kept.
        database: The database of both.
        first: The watermark before the first step, microseconds.
        overlap: How long after it became known a value may become visible, microseconds.
    """

    def __init__(
        self,
        *,
        product: str,
        values: Values,
        store: FeatureStore,
        checkpoints: Checkpoints,
        database: Database,
        first: int,
        overlap: int = 0,
    ) -> None:
        self._product, self._values, self._store = product, values, store
        self._checkpoints, self._database = checkpoints, database
        self._first, self._overlap = first, overlap

    @property
    def until(self) -> int:
        """The watermark, microseconds."""
        taken = watermark(self._checkpoints, self._product)
        return self._first if taken is None else taken

    def step(self, until: int) -> int:
        """Take the values that became known before a moment, and return how many were new.

        Raises:
            DataError: They cannot be had, or are malformed.
        """
        before = self.until
        if until <= before:
            return 0
        rows = self._values.window(max(before - self._overlap, self._first), until)
        with self._database.transaction():
            count = self._store.record(rows)
            self._checkpoints.save(
                Checkpoint(product=self._product, name=NAME, moment=until, document={})
            )
        return count


def watermark(checkpoints: Checkpoints, product: str) -> int | None:
    """Return up to which moment a product's values were taken, none before the first."""
    saved = checkpoints.load(product, NAME)
    return None if saved is None else saved.moment
