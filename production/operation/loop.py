"""One loop for every lifecycle: wake, take what arrived, decide, serve until the next wake-up.

At one instant the order is: outcomes, evaluation, trigger, promotion, requests. All that a wake-up
writes is one transaction with the checkpoint that names the next one, so a process killed at any
moment goes on from the last wake-up that was completed, and nothing is written twice. A training
runs inside its wake-up's transaction: the database of a run in virtual time has no other writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.errors import IntegrityError, StateError
from contracts.host.clock import Clock
from contracts.moment import iso
from production.agents.promotion import Promotion
from production.agents.result import Trainer, TrainingResult
from production.database.database import Database
from production.evaluation.agent import Evaluation
from production.operation.checkpoint import Checkpoint
from production.operation.feed import Feed
from production.operation.journal import Journal
from production.operation.progress import Pending, Progress
from production.serving.engine import Engine
from production.triggers import Runtime, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.generation.description import Candidate
    from production.triggers import Wake

INITIAL = "initial"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One wake-up, as it was completed.

    Attributes:
        at: The moment.
        until: The next wake-up.
        served: Requests served between the two.
        total: Requests served in all, earlier processes' included.
        training: What came of the refresh that was asked for, if any.
        broken: Why a generation that was due to serve could not, if one was.
    """

    at: int
    until: int
    served: int
    total: int
    training: TrainingResult | None
    broken: str | None = None


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the loop steps: the same in a backtest and live but for clock and feed."""

    clock: Clock
    feed: Feed
    database: Database
    checkpoint: Checkpoint
    journal: Journal
    engine: Engine
    evaluation: Evaluation
    trigger: Trigger
    refresher: Trainer
    promotion: Promotion


class Loop:
    """Steps a lifecycle from wake-up to wake-up.

    Args:
        parts: What it steps.
        start: The first wake-up.
        until: From this moment on nothing is served; outcomes still arrive.
        takes: How long after its start a training is promoted, microseconds.
    """

    def __init__(self, parts: Parts, *, start: int, until: int, takes: int = 0) -> None:
        self._parts, self._start, self._until, self._takes = parts, start, until, takes

    def steps(self) -> Iterator[Step]:
        """Yield each wake-up after it was committed, from the checkpoint on.

        Raises:
            StateError: The first generation was refused, so there is nothing to serve.
        """
        parts = self._parts
        progress = parts.checkpoint.load() or Progress(
            wake=self._start, taken=self._start, since=self._start
        )
        if progress.promoted is not None:
            parts.promotion.restore(parts.engine)
            parts.engine.fallbacks = progress.fallbacks
        while not progress.done:
            parts.clock.wait_until(progress.wake)
            with parts.database.transaction():
                progress, step = self._wake(progress)
                parts.checkpoint.save(progress)
            # What was refused stays on record: its wake-up is committed before it ends all.
            _require_serving(progress, step)
            yield step

    def _wake(self, progress: Progress) -> tuple[Progress, Step]:
        now = progress.wake
        progress = self._take_outcomes(progress, now)
        if now >= self._until:
            return self._settle(progress, now)
        progress, trained = _over(progress, now)
        progress, attempt = self._decide(progress, self._runtime(progress, now))
        progress, prompt = _over(progress, now)
        progress, broken = self._promote(progress, trained or prompt, now)
        if progress.promoted is None:
            return progress, _step(progress, now, 0, attempt, broken)
        runtime = self._runtime(progress, now)
        until = self._next(runtime, progress)
        self._parts.engine.update(runtime)
        requests = self._parts.feed.requests(now, until)
        if requests.num_rows:
            self._parts.journal.serve(requests, self._parts.engine)
        served = requests.num_rows
        progress = replace(
            progress,
            wake=until,
            fallbacks=self._parts.engine.fallbacks,
            requests=progress.requests + served,
            served=progress.served + served,
        )
        return progress, _step(progress, now, served, attempt, broken)

    def _take_outcomes(self, progress: Progress, now: int) -> Progress:
        arrivals = self._parts.feed.outcomes(progress.taken, now)
        received = progress.received
        if arrivals.event:
            # Why single ones were rejected is for their sender; here only the counts are kept.
            received += replace(self._parts.journal.take(arrivals), rejections=())
        self._parts.evaluation.close(now, arrivals, since=progress.taken)
        outcomes = progress.outcomes + len(arrivals.event)
        return replace(progress, taken=now, outcomes=outcomes, received=received)

    def _runtime(self, progress: Progress, now: int) -> Runtime:
        return Runtime(
            now=now,
            since=progress.since,
            promoted=self._start if progress.promoted is None else progress.promoted,
            requests=progress.requests,
            outcomes=progress.outcomes,
            windows=self._parts.evaluation.windows(),
        )

    def _decide(
        self, progress: Progress, runtime: Runtime
    ) -> tuple[Progress, TrainingResult | None]:
        """Ask for a refresh if one is due: one training runs, another waits for its end."""
        if progress.pending is not None:
            return progress, None
        first = progress.promoted is None
        reason = INITIAL if first else self._parts.trigger.due(runtime)
        if reason is None:
            return progress, None
        attempt = self._parts.refresher.refresh(runtime.now, reason)
        progress = replace(progress, since=runtime.now, requests=0, outcomes=0)
        if attempt.candidate is not None:
            ready = runtime.now + (0 if first else self._takes)
            progress = replace(progress, pending=Pending(ready=ready, candidate=attempt.candidate))
        return progress, attempt

    def _promote(
        self, progress: Progress, candidate: Candidate | None, now: int
    ) -> tuple[Progress, str | None]:
        """Put a candidate into service; a broken one leaves what serves as it is."""
        if candidate is None:
            return progress, None
        try:
            self._parts.promotion.promote(candidate, now, self._parts.engine)
        except IntegrityError as error:
            return replace(progress, broken=progress.broken + 1), error.message
        return replace(progress, promoted=now), None

    def _settle(self, progress: Progress, now: int) -> tuple[Progress, Step]:
        """Wait for the outcomes still to come, then stop: nothing is trained or deployed."""
        close = self._parts.evaluation.next_close(self._until - 1)
        last = max(self._parts.feed.last(), close or self._until)
        done = now >= last
        progress = replace(progress, wake=max(now, last), done=done)
        return progress, _step(progress, now, 0)

    def _next(self, runtime: Runtime, progress: Progress) -> int:
        """Return the earliest of window close, trigger or end of training, and the end."""
        now = runtime.now
        moments = [self._until, self._parts.evaluation.next_close(now)]
        if progress.pending is not None:
            # The trigger is asked again when the training is over, whatever is due before.
            moments.append(progress.pending.ready)
        else:
            moments += self._asked(self._parts.trigger.wake(runtime), now)
        return min(moment for moment in moments if moment is not None and moment > now)

    def _asked(self, wake: Wake, now: int) -> list[int | None]:
        """Return the moments a trigger wants to be asked at."""
        feed = self._parts.feed
        return [
            wake.at,
            feed.after_requests(now, wake.requests) if wake.requests else None,
            feed.after_outcomes(now, wake.outcomes) if wake.outcomes else None,
        ]


def _step(
    progress: Progress,
    now: int,
    served: int,
    attempt: TrainingResult | None = None,
    broken: str | None = None,
) -> Step:
    return Step(
        at=now,
        until=progress.wake,
        served=served,
        total=progress.served,
        training=attempt,
        broken=broken,
    )


def _over(progress: Progress, now: int) -> tuple[Progress, Candidate | None]:
    """Return the candidate whose training is over, and the progress without it."""
    pending = progress.pending
    if pending is None or pending.ready > now:
        return progress, None
    return replace(progress, pending=None), pending.candidate


def _require_serving(progress: Progress, step: Step) -> None:
    """Stop where the first generation was refused or broken: there is nothing to serve.

    Raises:
        StateError: Nothing is deployed.
    """
    if progress.promoted is None:
        refused = f"refused: {step.training.why}" if step.training else "never trained"
        raise StateError(
            f"nothing is deployed at {iso(step.at)}: the first generation was "
            f"{f'broken: {step.broken}' if step.broken else refused}",
            hint="train a better one, or publish a contract that asks for less",
        )
