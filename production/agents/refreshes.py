"""What is on record of earlier refreshes: what triggers with a budget decide from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.metrics import REMEMBERED, PastTraining
from production.registry.trainings import Trainings

if TYPE_CHECKING:
    from production.agents.progress import Progress, TrainingProgress
    from production.database.database import Database


class PastRefreshes:
    """Reads the trainings of one product.

    They are read again only after one was asked for or recorded.

    Args:
        product: The product.
        progress: The agents' progress.
        database: The database of all records.
    """

    def __init__(self, *, product: str, progress: Progress, database: Database) -> None:
        self._product, self._progress = product, progress
        self._records = Trainings(database)
        self._read: TrainingProgress | None = None
        self._trainings: tuple[PastTraining, ...] = ()

    def trainings(self, moment: int) -> tuple[PastTraining, ...]:
        """Return the trainings asked for within `REMEMBERED` before a moment, oldest first."""
        training = self._progress.training.load()
        recorded = (training.asked, training.request)
        if self._read is None or recorded != (self._read.asked, self._read.request):
            records = self._records.since(self._product, moment - REMEMBERED)
            self._trainings = tuple(
                PastTraining(at=each.requested_at, seconds=each.seconds) for each in records
            )
            self._read = training
        return tuple(each for each in self._trainings if each.at > moment - REMEMBERED)
