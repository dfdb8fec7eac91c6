"""One loop for every lifecycle: it wakes the agents in order, and serves until the next wake-up.

At one instant the order is: outcomes, evaluation, trigger, promotion, requests. Each agent records
what it did together with how far it has come, so a process killed at any moment goes on where each
agent had come to, and nothing is done twice. A wake-up is one transaction, since a commit costs
several syncs; only a training runs outside of any, between what was asked for and what came of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.errors import StateError
from contracts.moment import iso
from production.agents.evaluation import Evaluator
from production.agents.outcomes import OutcomeAgent
from production.agents.promotion import PromotionAgent
from production.agents.records import TrainingResult
from production.agents.serving import ServingAgent
from production.agents.training import TrainingAgent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.host.clock import Clock
    from production.agents.progress import Progress
    from production.database.database import Database
    from production.feedback.feed import Feed
    from production.triggers.port import Wake


#: What to do where the first generation may not serve, by the verdict on it.
HINTS = {
    "refused": "train a better one, or publish a contract that asks for less",
    "undecided": "gate.undecided=promote, or a longer gate.holdout",
    "failed": "python -m research task=learn runs the solution alone",
}


class Agents(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, in the order of acting at one instant."""

    outcomes: OutcomeAgent
    evaluation: Evaluator
    training: TrainingAgent
    promotion: PromotionAgent
    serving: ServingAgent


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One wake-up, as it was completed.

    Attributes:
        at: The moment.
        until: The next wake-up.
        served: Requests served between the two.
        total: Requests served in all, earlier processes' included.
        training: What came of the training that was asked for, if any was.
        broken: Why a generation that was due to serve could not, if one was broken.
    """

    at: int
    until: int
    served: int
    total: int
    training: TrainingResult | None = None
    broken: str | None = None


class Loop:
    """Steps a lifecycle from wake-up to wake-up.

    Args:
        agents: Who acts.
        progress: The agents' progress.
        database: The database of records and progress.
        clock: The time.
        feed: Says when the n-th request or outcome comes, and when the last.
        until: From this moment on nothing is served; outcomes still arrive.
    """

    def __init__(
        self,
        agents: Agents,
        *,
        progress: Progress,
        database: Database,
        clock: Clock,
        feed: Feed,
        until: int,
    ) -> None:
        self._agents, self._progress, self._database = agents, progress, database
        self._clock, self._feed, self._until = clock, feed, until

    def steps(self) -> Iterator[Step]:
        """Yield each wake-up after it was committed, from where an earlier process ended.

        Raises:
            StateError: The first generation was refused or is broken: there is nothing to serve.
        """
        while (now := self._due()) is not None:
            self._clock.wait_until(now)
            yield self._wake(now) if now < self._until else self._settle(now)

    def _due(self) -> int | None:
        """Return the wake-up that is due, none at the end: the last outcome and window are in."""
        served = self._progress.serving.load().until
        if served < self._until:
            return served
        taken = self._progress.outcomes.load().until
        if taken < self._until:
            return self._until
        last = self._last()
        return last if taken < last else None

    def _wake(self, now: int) -> Step:
        with self._database.transaction():
            self._agents.outcomes.step(now)
            self._agents.evaluation.step(now)
            training = self._agents.training.ask(now)
            if not training:
                step = self._act(now, None)
        if training:
            result = self._agents.training.train()
            with self._database.transaction():
                step = self._act(now, result)
        self._require_serving(now)
        return step

    def _act(self, now: int, result: TrainingResult | None) -> Step:
        """Promote what is ready, and serve until the next wake-up."""
        broken = self._agents.promotion.step(now)
        before = self._progress.serving.load().served
        until = now
        if self._progress.promotion.load().promoted is not None:
            until = self._next(now)
            self._agents.serving.step(until)
        total = self._progress.serving.load().served
        return Step(
            at=now, until=until, served=total - before, total=total, training=result, broken=broken
        )

    def _settle(self, now: int) -> Step:
        """Take the outcomes that come after the end: nothing is trained, deployed or served."""
        with self._database.transaction():
            self._agents.outcomes.step(now)
            self._agents.evaluation.settle(now)
        total = self._progress.serving.load().served
        return Step(at=now, until=max(now, self._last()), served=0, total=total)

    def _last(self) -> int:
        """Return the first moment when all outcomes have arrived and all windows have closed."""
        closes = self._agents.evaluation.closes
        return max(self._feed.last(), closes(self._until - 1) if closes else self._until)

    def _next(self, now: int) -> int:
        """Return the next wake-up: the earliest that an agent asks for, or the end."""
        agents = msgspec.structs.astuple(self._agents)
        moments = [at for agent in agents for at in self._moments(agent.next(now), now)]
        return min(at for at in (self._until, *moments) if at > now)

    def _moments(self, wake: Wake, now: int) -> list[int]:
        """Return the moments at which an agent asks to be woken."""
        feed = self._feed
        moments = [
            wake.at,
            feed.after_requests(now, wake.requests) if wake.requests else None,
            feed.after_outcomes(now, wake.outcomes) if wake.outcomes else None,
        ]
        return [moment for moment in moments if moment is not None]

    def _require_serving(self, now: int) -> None:
        """Stop where the first generation may not serve.

        Raises:
            StateError: Nothing is deployed.
        """
        promotion = self._progress.promotion.load()
        if promotion.promoted is not None:
            return
        if promotion.broken:
            why = f"broken: {promotion.why}"
            hint = "start anew in another paths.output: this one has a broken artifact on record"
        else:
            training = self._progress.training.load()
            why, hint = f"{training.verdict}: {training.why}", HINTS[training.verdict]
        raise StateError(
            f"nothing is deployed at {iso(now)}: the first generation was {why}", hint=hint
        )
