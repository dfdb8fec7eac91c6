"""The training agent of a product in service: each training runs in a process of its own.

No transaction is open meanwhile. The process has a lower priority than those that serve; it ends
with this one, and a training that did not end is begun anew.
"""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.moment import iso
from production.agents.records import TrainingResult
from production.agents.training import FAILURES, backoff
from production.operating.child import Child
from production.settings import Production

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.agents.progress import Stored, TrainingProgress, TrainingRequest
    from production.agents.training import TrainingAgent
    from production.database.database import Database
    from production.triggers.port import Wake

#: What trains.
MODULE = "production.operating.training_process"
LOG = logging.getLogger("liaison.operating")


class TrainingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is to train.

    Attributes:
        config: The configuration.
        at: The moment it was asked for, microseconds.
        reason: What asked for it.
        result: The file that the result is written to, as JSON.
    """

    config: Production
    at: int
    reason: str
    result: str


class LiveTraining:
    """Asks the trigger, has what it asks for trained in another process, and records the result.

    Args:
        agent: Asks, and records.
        config: The configuration.
        progress: The training agent's progress.
        database: The database of records and progress.
        clock: The time of the product.
        machine: The time of the machine.
    """

    def __init__(
        self,
        agent: TrainingAgent,
        *,
        config: Production,
        progress: Stored[TrainingProgress],
        database: Database,
        clock: Clock,
        machine: Clock,
    ) -> None:
        self._agent, self._config = agent, config
        self._progress, self._database = progress, database
        self._clock, self._machine = clock, machine
        self._child: Child | None = None
        self._folder = TemporaryDirectory(prefix="training-")

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
            return False
        if self._child is None:
            if self._machine.now() >= request.again:
                self._child = self._begin(request)
            return False
        if self._child.is_running:
            return False
        child, self._child = self._child, None
        code, error = child.finish()
        if code:
            return self._failed(request, error)
        return self._record(request, self._read())

    def retry(self, moment: int) -> None:
        """Let a training be asked for at once, though the last one failed."""
        self._agent.forget_failures(moment)

    def is_busy(self) -> bool:
        """Return whether a training is under way, or one that was asked for may begin."""
        request = self._progress.load().request
        return request is not None and self._machine.now() >= request.again

    def close(self) -> None:
        """End the process that trains, if there is one."""
        if self._child is not None:
            self._child.end()
        self._folder.cleanup()

    @property
    def _result(self) -> Path:
        return Path(self._folder.name) / "result.json"

    def _begin(self, request: TrainingRequest) -> Child:
        LOG.info("training as asked for at %s: %s", iso(request.at), request.reason)
        self._result.unlink(missing_ok=True)
        order = TrainingOrder(
            config=self._config, at=request.at, reason=request.reason, result=str(self._result)
        )
        return Child(MODULE, order)

    def _read(self) -> TrainingResult:
        return msgspec.json.decode(self._result.read_bytes(), type=TrainingResult)

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
