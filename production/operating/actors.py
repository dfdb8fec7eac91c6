"""What each agent does, by its name: those of a backtest, around a live database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from contracts.moment import duration
from production.agents.refreshes import first_recorded
from production.feedback.counts import LogCounts
from production.feedback_settings import SourceFeedback
from production.operating.agent import AgentActions
from production.operating.intake import Intake, LiveCounts
from production.operating.training import LiveTraining
from production.service.evaluating import OVERLAP
from production.service.fetching import source_outcomes
from production.service.window_end import window_end
from production.triggers.port import Wake

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.agents.promotion import PromotionAgent
    from production.assembly.parts import Parts
    from production.database.database import Database
    from production.feedback.source import SourceOutcomes
    from production.operating.training_worker import TrainingWorker
    from production.settings import AgentName, Production


class LivePromotion:
    """Promotes what may serve, also between two moments: a training ends when it ends.

    Args:
        agent: Promotes it.
        database: The database of alias, manifest and progress.
        clock: The time of the product.
    """

    def __init__(self, agent: PromotionAgent, *, database: Database, clock: Clock) -> None:
        self._agent, self._database, self._clock = agent, database, clock

    def step(self, moment: int) -> None:
        """Promote what is ready at a moment.

        It is loaded first: a transaction keeps all others that write waiting.
        """
        self._agent.load(moment)
        with self._database.transaction():
            self._agent.step(moment)

    def work(self) -> bool:
        """Promote what is ready now; return whether something was."""
        now = self._clock.now()
        if not self._agent.is_due(now):
            return False
        self.step(now)
        return True


class Actors:
    """Makes the agents of one product in service.

    Args:
        config: The configuration.
        parts: The parts of its lifecycle.
        database: Its database.
        worker: What trains.
        clock: The time of the product.
        machine: The time of the machine.
    """

    def __init__(
        self,
        config: Production,
        parts: Parts,
        database: Database,
        *,
        worker: TrainingWorker,
        clock: Clock,
        machine: Clock,
    ) -> None:
        self._config, self._parts, self._database = config, parts, database
        self._worker = worker
        self._clock, self._machine = clock, machine
        self._logs = LogCounts(product=config.product.name, database=database)

    def make(self, name: AgentName) -> AgentActions:
        """Return what an agent does."""
        if name == "outcomes":
            return AgentActions(step=self._intake().step, next=lambda _: Wake())
        if name == "evaluation":
            evaluation = self._parts.evaluation(overlap=OVERLAP)
            return AgentActions(step=evaluation.step, next=evaluation.next)
        if name == "promotion":
            agent = self._parts.promotion()
            promotion = LivePromotion(agent, database=self._database, clock=self._clock)
            return AgentActions(step=promotion.step, next=agent.next, work=promotion.work)
        if name == "parity":
            parity = self._parts.parity()
            return AgentActions(step=parity.step, next=parity.next)
        training = self._training()
        return AgentActions(
            step=training.step,
            next=training.next,
            work=training.work,
            is_busy=training.is_busy,
            retry=training.retry,
        )

    def counted(self) -> LiveCounts:
        """Return what says when so many requests or outcomes had come."""
        return LiveCounts(
            product=self._config.product.name,
            database=self._database,
            progress=self._parts.progress,
            recorded=partial(first_recorded, self._database, self._config.product.name),
            source=self._source(overlap=0),
            clock=self._clock,
        )

    def _intake(self) -> Intake:
        settings, agent = self._config.feedback, None
        if isinstance(settings, SourceFeedback):
            source = self._source(overlap=duration(settings.overlap))
            assert source is not None
            agent = self._parts.outcomes(source, closes=window_end(self._config))
        progress = self._parts.progress
        return Intake(self._logs, agent=agent, progress=progress, database=self._database)

    def _training(self) -> LiveTraining:
        return LiveTraining(
            self._parts.training(),
            self._worker,
            config=self._config,
            progress=self._parts.progress.training,
            database=self._database,
            clock=self._clock,
            machine=self._machine,
        )

    def _source(self, *, overlap: int) -> SourceOutcomes | None:
        settings = self._config.feedback
        if not isinstance(settings, SourceFeedback):
            return None
        return source_outcomes(self._config, settings, overlap=overlap)
