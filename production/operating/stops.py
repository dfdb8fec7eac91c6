"""What the agents of a product have done, as whoever plays its history sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.agents.progress import progress, stage_key, stage_progress
from production.operating.chain import AgentStage, next_wake
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions
from production.registry.manifests import Manifests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from production.database.database import Database
    from production.operating.chain import CountsArrivals


class Stops:
    """The moments at which agents act, and whether they have acted for one.

    Args:
        product: The product.
        database: Its live database.
        agents: The agents that it has.
        serves: Returns the revision of the manifest that the engine serves by.
    """

    def __init__(
        self,
        product: str,
        database: Database,
        agents: Sequence[str],
        *,
        serves: Callable[[], int],
    ) -> None:
        checkpoints = self._checkpoints = Checkpoints(database)
        self._stages = {name: stage_progress(checkpoints, product, name) for name in agents}
        self._progress = progress(checkpoints, product, start=0)
        self._product, self._serves = product, serves
        self._manifests, self._decisions = Manifests(database), Decisions(database)

    def is_settled(self, moment: int) -> bool:
        """Return whether all that was due by a moment is done, and the engine follows it."""
        if any(each.at < moment for each in self._read()):
            return False
        if self._progress.training.load().request is not None or self._waits(moment):
            return False
        newest = self._manifests.require(self._product)
        return self._serves() >= newest.revision

    def following(self, counted: CountsArrivals) -> int | None:
        """Return the next moment at which the agents act, once they acted; none if they do not."""
        stages = self._read()
        return next_wake(stages, counted) if stages else None

    def _read(self) -> list[AgentStage]:
        stored = self._checkpoints.load_all(self._product, map(stage_key, self._stages))
        return [
            AgentStage(name=name, progress=each.read(stored.get(stage_key(name))), alive=True)
            for name, each in self._stages.items()
        ]

    def _waits(self, moment: int) -> bool:
        """Return whether a generation is about to be promoted."""
        handled = self._progress.promotion.load().handled
        pending = self._progress.training.load().pending
        waiting = [each for each in pending if handled is None or each.asked > handled]
        ready = any(each.ready <= moment for each in waiting)
        return ready and not self._decisions.pinned(self._product)
