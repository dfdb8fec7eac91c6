"""What is on record of refreshes, for triggers: trainings, releases, what people said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.metrics import REMEMBERED, NewestRelease, PastTraining, PersonsWord, Refreshes
from production.registry.decisions import Decisions
from production.registry.generations import Generations
from production.registry.releases import Releases
from production.registry.trainings import Trainings

if TYPE_CHECKING:
    from production.agents.progress import Progress
    from production.database.database import Database
    from production.generation.description import Candidate


class RefreshRecords:
    """Reads what is on record of one product's refreshes.

    Where nobody but its own agents writes, it is read again only after one of them did.

    Args:
        product: The product.
        progress: The agents' progress.
        database: The database of all records.
        attended: Whether people may write too.
    """

    def __init__(
        self, *, product: str, progress: Progress, database: Database, attended: bool
    ) -> None:
        self._product, self._progress, self.attended = product, progress, attended
        self._trainings, self._releases = Trainings(database), Releases(database)
        self._generations, self._decisions = Generations(database), Decisions(database)
        self._key: object = None
        self._last = Refreshes()

    def at(self, moment: int, *, since: int, champion: Candidate | None) -> Refreshes:
        """Return what is on record at a moment.

        Args:
            moment: The moment.
            since: What people said from here on counts.
            champion: The generation in service, none before the first.
        """
        training = self._progress.training.load()
        key = (training.asked, training.request, champion)
        if self.attended or key != self._key:
            self._key, self._last = key, self._read(moment, since, champion)
        return self._last

    def _read(self, moment: int, since: int, champion: Candidate | None) -> Refreshes:
        trainings = self._trainings.since(self._product, moment - REMEMBERED)
        newest = self._releases.all(self._product)[-1:]
        said = self._decisions.said(self._product, since) if self.attended else []
        return Refreshes(
            trainings=tuple(
                PastTraining(at=each.requested_at, seconds=each.seconds) for each in trainings
            ),
            known_by=self._known_by(champion) if champion else None,
            release=champion.release if champion else "",
            newest=next((NewestRelease(version=e.version, at=e.created_at) for e in newest), None),
            said=tuple(
                PersonsWord(at=each.at, who=each.who, action=each.action, why=each.why)
                for each in said
            ),
        )

    def _known_by(self, champion: Candidate) -> int:
        number = champion.generation
        return self._generations.find(self._product, champion.release, number).known_by


def first_recorded(database: Database, product: str, moment: int) -> int | None:
    """Return when the first word on refreshes, or release, was recorded from a moment on."""
    releases = (each.created_at for each in Releases(database).all(product))
    said = (each.at for each in Decisions(database).said(product, moment))
    return min((at for at in (*releases, *said) if at >= moment), default=None)
