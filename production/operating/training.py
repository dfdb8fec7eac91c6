"""The training agent of a product in service: what trains is a process of its own.

No transaction is open meanwhile. The process has a lower priority than those that serve; it ends
with this one, and a training that did not end is begun anew.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.moment import iso
from production.agents.records import TrainingResult
from production.agents.training import FAILURES, backoff
from production.operating.training_worker import BrokenOff, TrainingOrder

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.agents.progress import Stored, TrainingProgress, TrainingRequest
    from production.agents.training import TrainingAgent
    from production.database.database import Database
    from production.operating.training_worker import TrainingWorker
    from production.settings import Production
    from production.triggers.port import Wake

LOG = logging.getLogger("liaison.operating")


class LiveTraining:
    """Asks the trigger, has what it asks for trained in another process, and records the result.

    Args:
        agent: Asks, and records.
        worker: Trains; it may be at it for this agent already.
        config: The configuration.
        progress: The training agent's progress.
        database: The database of records and progress.
        clock: The time of the product.
        machine: The time of the machine.
    """

    def __init__(
        self,
        agent: TrainingAgent,
        worker: TrainingWorker,
        *,
        config: Production,
        progress: Stored[TrainingProgress],
        database: Database,
        clock: Clock,
        machine: Clock,
    ) -> None:
        self._agent, self._worker, self._config = agent, worker, config
        self._progress, self._database = progress, database
        self._clock, self._machine = clock, machine

    def step(self, moment: int) -> None:
        """Ask the trigger."""
        with self._database.transaction():
            self._agent.ask(moment)

    def next(self, moment: int) -> Wake:
        """Return when to ask the trigger again."""
        return self._agent.next(moment)

    def work(self) -> bool:
        """Begin what was asked for, or record it if it is done; return whether it was recorded."""
        request = self._progress.load().request
        if request is None:
            self._worker.rest()
            return False
        if self._worker.order is None:
            if self._machine.now() >= request.again:
                self._begin(request)
            return False
        if self._worker.is_running:
            return False
        result = self._worker.take()
        if isinstance(result, BrokenOff):
            return self._failed(request, result.error)
        return self._record(request, result)

    def retry(self, moment: int) -> None:
        """Let a training be asked for at once, though the last one failed."""
        self._agent.forget_failures(moment)

    def is_busy(self) -> bool:
        """Return whether a training is under way, or one that was asked for may begin."""
        request = self._progress.load().request
        return request is not None and self._machine.now() >= request.again

    def _begin(self, request: TrainingRequest) -> None:
        LOG.info("training as asked for at %s: %s", iso(request.at), request.reason)
        order = TrainingOrder(config=self._config, at=request.at, reason=request.reason)
        self._worker.begin(order)

    def _failed(self, request: TrainingRequest, error: str) -> bool:
        """Begin anew later; after so many times that count as a failure, record it."""
        attempts = request.attempts + 1
        again = self._machine.now() + backoff(attempts)
        request = self._agent.postpone(request, again=again)
        if attempts < FAILURES:
            LOG.error("the training broke off: %s; again at %s", error, iso(again))
            return False
        LOG.error("the training broke off %d times: %s", attempts, error)
        failed = TrainingResult(
            at=request.at,
            reason=request.reason,
            verdict="failed",
            why=f"it broke off {attempts} times: {error}",
            scores={},
            start=request.at,
            known_by=request.at,
            rows=0,
            seconds=0.0,
        )
        return self._record(request, failed)

    def _record(self, request: TrainingRequest, result: TrainingResult) -> bool:
        ready = max(request.at, self._clock.now())
        recorded = self._agent.record(replace(request, ready=ready), result)
        name = recorded.candidate.name if recorded.candidate else "no generation"
        LOG.info("%s: %s, %s", recorded.verdict, name, recorded.why or "as asked for")
        return True
