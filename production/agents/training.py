"""The training agent: asks the trigger, has a model trained, and records what came of it.

What was asked for is committed before the training begins, and its result after it ends: between
the two no transaction is open, however long it takes. A process killed in between trains anew when
it resumes, for the same moment and reason; the request is counted once. Each answer of the trigger
is on record, a "no" too, with the metrics that it saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from contracts.errors import ConflictError
from contracts.moment import DAY, MINUTE, iso
from production.agents.progress import Pending, TrainingRequest
from production.agents.seen import metrics_seen
from production.metrics import Proposal
from production.registry.agent_decisions import PROPOSE, WAIT
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from production.agents.progress import Progress, TrainingProgress
    from production.agents.records import TrainingRecords, TrainingResult
    from production.agents.runtime import RuntimeMetrics
    from production.agents.trainers import Trainer
    from production.database.database import Database
    from production.metrics import Runtime
    from production.registry.agent_decisions import DecisionLog
    from production.triggers.port import Trigger

INITIAL = "initial"
#: After so many failures in a row the circuit is open: nothing is trained for `OPEN`.
FAILURES = 5
OPEN = DAY


class TrainingAgent:
    """Refreshes the model of one product. One training runs at a time; a second waits for its end.

    Args:
        trigger: Decides when to train.
        trainer: Trains: an agent or a person, as the lifecycle declares.
        records: Where releases, generations and trainings are recorded.
        runtime: The runtime metrics that the trigger decides from.
        progress: The agents' progress.
        decisions: Where each decision is recorded.
        database: The database of records and progress.
        takes: How long after its start a training is over, microseconds.
        declined: Returns why a refresh that the trigger asks for is not made; none where it is.
    """

    def __init__(
        self,
        *,
        trigger: Trigger,
        trainer: Trainer,
        records: TrainingRecords,
        runtime: RuntimeMetrics,
        progress: Progress,
        decisions: DecisionLog,
        database: Database,
        takes: int,
        declined: Callable[[int], str | None] = lambda _: None,
    ) -> None:
        self._trigger, self.trainer, self._records = trigger, trainer, records
        self._runtime, self._progress, self._database = runtime, progress, database
        self._decisions, self._takes, self._declined = decisions, takes, declined

    def step(self, moment: int) -> TrainingResult | None:
        """Train if a refresh is due at a moment; return what came of it."""
        return self.train() if self.ask(moment) else None

    def ask(self, moment: int) -> bool:
        """Ask the trigger, once for each moment, and return whether there is something to train."""
        with self._database.transaction():
            progress = self._progress.training.load()
            if progress.decided is None or moment > progress.decided:
                progress = self._decide(progress, moment)
                self._progress.training.save(progress, moment)
        return progress.request is not None

    def train(self) -> TrainingResult | None:
        """Train what was asked for, and record it; call it outside of any transaction."""
        request = self._progress.training.load().request
        if request is None:
            return None
        return self.record(request, self.trainer.train(request.at, request.reason))

    def record(self, request: TrainingRequest, result: TrainingResult) -> TrainingResult:
        """Record what came of the training that was asked for.

        Args:
            request: What was asked for, with the moment from which on its generation may serve.
            result: What came of it.

        Raises:
            ConflictError: Something else is asked for by now; nothing is recorded.
        """
        with self._database.transaction():
            asked = self._progress.training.load().request
            if asked is None or not asked.at == request.at == result.at:
                raise ConflictError(f"the training asked for at {iso(request.at)} is on record")
            result = self._records.register(result)
            progress = self._recorded(request, result)
            self._progress.training.save(progress, request.at)
        return result

    def postpone(self, request: TrainingRequest, *, again: int) -> TrainingRequest:
        """Record that a training was begun and did not end; return what is asked for now.

        Args:
            request: What was asked for.
            again: When it is begun anew, by the clock of the machine.
        """
        request = replace(request, attempts=request.attempts + 1, again=again)
        with self._database.transaction():
            progress = self._progress.training.load()
            self._progress.training.save(replace(progress, request=request), request.at)
        return request

    def forget_failures(self, moment: int) -> None:
        """Let a training be asked for at once, though the last one failed."""
        with self._database.transaction():
            progress = self._progress.training.load()
            progress = replace(progress, failures=0, rests=0, decided=None)
            self._progress.training.save(progress, moment)

    def train_first(self, known_by: int) -> TrainingResult | None:
        """Train the first generation on what was known by a moment, whatever was asked before.

        The next refresh is counted from that moment. Call it outside of any transaction.
        """
        request = TrainingRequest(at=known_by, reason=INITIAL, ready=known_by)
        with self._database.transaction():
            progress = self._progress.training.load()
            seen = metrics_seen(self._runtime.at(known_by), self._unhandled(progress))
            self._decisions.record(known_by, "train", INITIAL, seen)
            progress = replace(progress, decided=known_by, request=request, asked=known_by)
            self._progress.training.save(progress, known_by)
        return self.train()

    def next(self, moment: int) -> Wake:
        """Return when to ask the trigger again; not before the training that runs is over."""
        progress = self._progress.training.load()
        if _running(progress, moment):
            return Wake(at=max(pending.ready for pending in progress.pending))
        wake = self._trigger.wake(self._runtime.at(moment))
        is_due = wake.at is not None and wake.at <= moment
        return replace(wake, at=progress.rests) if is_due and moment < progress.rests else wake

    def _decide(self, progress: TrainingProgress, moment: int) -> TrainingProgress:
        """Return the progress after a decision, which is recorded."""
        progress, runtime = replace(progress, decided=moment), self._runtime.at(moment)
        seen = metrics_seen(runtime, self._unhandled(progress))
        first = self._progress.promotion.load().promoted is None
        waits = _waits(progress, moment)
        reason = None if waits else INITIAL if first else self._trigger.due(runtime)
        if reason is None:
            return self._wait(progress, moment, waits=waits, seen=seen, runtime=runtime)
        ready = moment if first else moment + self._takes
        request = TrainingRequest(at=moment, reason=reason, ready=ready)
        asked = _asked(progress, request, runtime=runtime)
        declined = None if first else self._declined(moment)
        if declined is not None:  # the trigger counts from here all the same
            self._decisions.record(moment, WAIT, f"{reason}: {declined}", seen)
            return replace(asked, request=None)
        self._decisions.record(moment, "train", reason, seen)
        return asked

    def _wait(
        self,
        progress: TrainingProgress,
        moment: int,
        *,
        waits: str | None,
        seen: Mapping[str, Any],
        runtime: Runtime,
    ) -> TrainingProgress:
        """Return the progress after a "no", which is recorded, or after a proposal to a person."""
        wake = None if waits else self._trigger.wake(runtime)
        if wake is None or not wake.proposal:
            why = waits if wake is None else f"the next refresh is {wake.words()}"
            self._decisions.record(moment, WAIT, why or "", seen)
            return progress
        self._decisions.record(moment, PROPOSE, wake.proposal, seen)
        return replace(progress, proposal=Proposal(at=moment, reason=wake.proposal))

    def _recorded(self, request: TrainingRequest, result: TrainingResult) -> TrainingProgress:
        """Return the progress after a result: what may serve waits for its promotion."""
        progress = self._progress.training.load()
        pending = self._unhandled(progress)
        if result.candidate is not None and result.verdict == "promoted":
            pending.append(
                Pending(asked=request.at, ready=request.ready, candidate=result.candidate)
            )
        failures = 0
        if result.verdict == "failed":
            failures = progress.failures + max(1, request.attempts)
        return replace(
            progress,
            request=None,
            pending=tuple(pending),
            verdict=result.verdict,
            why=result.why,
            failures=failures,
            rests=request.at + backoff(failures) if failures else 0,
        )

    def _unhandled(self, progress: TrainingProgress) -> list[Pending]:
        """Return the generations that the promotion agent has not handled yet."""
        handled = self._progress.promotion.load().handled
        return [each for each in progress.pending if handled is None or each.asked > handled]


def _asked(
    progress: TrainingProgress, request: TrainingRequest, *, runtime: Runtime
) -> TrainingProgress:
    """Return the progress after a training was asked for.

    The next refresh is counted from what the trigger saw: what arrives meanwhile counts for it.
    """
    return replace(
        progress,
        request=request,
        asked=request.at,
        proposal=None,
        served=progress.served + runtime.requests,
        taken=progress.taken + runtime.outcomes,
    )


def _waits(progress: TrainingProgress, moment: int) -> str | None:
    """Return why no training may be asked for at a moment, none if one may."""
    if progress.request is not None:
        return f"a training runs, asked for at {iso(progress.request.at)}"
    if _running(progress, moment):
        last = progress.pending[-1]
        return f"a training runs, asked for at {iso(last.asked)}, which ends at {iso(last.ready)}"
    if moment < progress.rests:
        failed = f"{progress.failures} trainings failed in a row"
        return f"{failed}: none is asked for before {iso(progress.rests)}"
    return None


def backoff(failures: int) -> int:
    """Return how long after a number of failures in a row the next try is made, microseconds.

    >>> [backoff(failures) // MINUTE for failures in range(1, 6)]
    [1, 2, 4, 8, 1440]
    """
    return MINUTE * 2 ** (failures - 1) if failures < FAILURES else OPEN


def _running(progress: TrainingProgress, moment: int) -> bool:
    """Return whether the last training is still running at a moment."""
    return any(pending.ready > moment for pending in progress.pending)
