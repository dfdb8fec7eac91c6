"""The training agent: asks the trigger, has a model trained, and records what came of it.

What was asked for is committed before the training begins, and its result after it ends: between
the two no transaction is open, however long it takes. A process killed in between trains anew when
it resumes, for the same moment and reason; the request is counted once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.agents.progress import Pending, TrainingRequest
from production.triggers import Wake

if TYPE_CHECKING:
    from production.agents.progress import Progress, TrainingProgress
    from production.agents.records import TrainingRecords, TrainingResult
    from production.agents.runtime import RuntimeMetrics
    from production.agents.trainers import Trainer
    from production.database.database import Database
    from production.triggers import Trigger

INITIAL = "initial"


class TrainingAgent:
    """Refreshes the model of one product. One training runs at a time; a second waits for its end.

    Args:
        trigger: Decides when to train.
        trainer: Trains: an agent or a person, as the lifecycle declares.
        records: Where releases, generations and trainings are recorded.
        runtime: The runtime metrics that the trigger decides from.
        progress: The agents' progress.
        database: The database of records and progress.
        takes: How long after its start a training is over, microseconds.
    """

    def __init__(
        self,
        *,
        trigger: Trigger,
        trainer: Trainer,
        records: TrainingRecords,
        runtime: RuntimeMetrics,
        progress: Progress,
        database: Database,
        takes: int,
    ) -> None:
        self._trigger, self.trainer, self._records = trigger, trainer, records
        self._runtime, self._progress, self._database = runtime, progress, database
        self._takes = takes

    def step(self, moment: int) -> TrainingResult | None:
        """Train if a refresh is due at a moment; return what came of it."""
        return self.train() if self.ask(moment) else None

    def ask(self, moment: int) -> bool:
        """Ask the trigger, once for each moment, and return whether there is something to train."""
        progress = self._progress.training.load()
        asked = progress.decided is not None and moment <= progress.decided
        if progress.request is None and not asked:
            progress = self._decide(progress, moment)
            self._progress.training.save(progress, moment)
        return progress.request is not None

    def train(self) -> TrainingResult | None:
        """Train what was asked for, and record it; call it outside of any transaction."""
        request = self._progress.training.load().request
        if request is None:
            return None
        result = self.trainer.train(request.at, request.reason)
        with self._database.transaction():
            result = self._records.register(result)
            progress = self._recorded(request, result)
            self._progress.training.save(progress, request.at)
        return result

    def train_first(self, known_by: int) -> TrainingResult | None:
        """Train the first generation on what was known by a moment, whatever was asked before.

        The next refresh is counted from that moment. Call it outside of any transaction.
        """
        request = TrainingRequest(at=known_by, reason=INITIAL, ready=known_by)
        with self._database.transaction():
            progress = replace(self._progress.training.load(), request=request, asked=known_by)
            self._progress.training.save(progress, known_by)
        return self.train()

    def next(self, moment: int) -> Wake:
        """Return when to ask the trigger again; not before the training that runs is over."""
        progress = self._progress.training.load()
        if _running(progress, moment):
            return Wake(at=max(pending.ready for pending in progress.pending))
        return self._trigger.wake(self._runtime.at(moment))

    def _decide(self, progress: TrainingProgress, moment: int) -> TrainingProgress:
        progress = replace(progress, decided=moment)
        if _running(progress, moment):
            return progress
        first = self._progress.promotion.load().promoted is None
        reason = INITIAL if first else self._trigger.due(self._runtime.at(moment))
        if reason is None:
            return progress
        ready = moment if first else moment + self._takes
        return replace(
            progress,
            request=TrainingRequest(at=moment, reason=reason, ready=ready),
            asked=moment,
            served=self._progress.serving.load().served,
            taken=self._progress.outcomes.load().taken,
        )

    def _recorded(self, request: TrainingRequest, result: TrainingResult) -> TrainingProgress:
        """Return the progress after a result: what may serve waits for its promotion."""
        progress = self._progress.training.load()
        handled = self._progress.promotion.load().handled
        pending = [each for each in progress.pending if handled is None or each.asked > handled]
        if result.candidate is not None and result.verdict == "promoted":
            pending.append(
                Pending(asked=request.at, ready=request.ready, candidate=result.candidate)
            )
        return replace(
            progress, request=None, pending=tuple(pending), verdict=result.verdict, why=result.why
        )


def _running(progress: TrainingProgress, moment: int) -> bool:
    """Return whether the last training is still running at a moment."""
    return any(pending.ready > moment for pending in progress.pending)
