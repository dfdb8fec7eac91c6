"""The parts of a lifecycle, by its configuration: the five attributes decide which parts act."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate
from contracts.moment import duration
from contracts.schema.refusals import TableCheck
from production.agents.builder import ModelBuilder
from production.agents.champion import CurrentChampion
from production.agents.fits import OwnFits
from production.agents.generation_trainer import GenerationTrainer
from production.agents.known_rows import StoredRows
from production.agents.outcomes import OutcomeAgent
from production.agents.progress import progress
from production.agents.promotion import PromotionAgent
from production.agents.records import TrainingRecords
from production.agents.refreshes import RefreshRecords
from production.agents.runtime import RuntimeMetrics, event_counts
from production.agents.serving import ServingAgent
from production.agents.shared_fits import SharedFits, SharingTrainer
from production.agents.trainers import PersonTrainer, ReleaseTrainer
from production.agents.training import TrainingAgent
from production.assembly.evaluation import evaluator
from production.assembly.features import feature_filling
from production.assembly.parity import parity_agent
from production.assembly.serving import served_learner, serving_parts
from production.assembly.strategy import configured_strategy, refresh_worth
from production.assembly.trigger import configured_trigger
from production.evaluation import ScoredWindows
from production.known_outcomes import MEMORY, KnownOutcomes
from production.registry.agent_decisions import AgentDecisions, DecisionLog
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from production.registry.releases import Releases
from production.registry.trainings import Trainings
from production.serving.fallback import NaiveFallback

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.ports import Learner, Source
    from production.agents.evaluation import Evaluator
    from production.agents.parity.agent import ParityAgent
    from production.agents.strategies.auto import RefreshWorth
    from production.agents.trainers import Trainer
    from production.assembly.product import OpenProduct
    from production.assembly.state import State
    from production.database.database import Database
    from production.feedback.feed import Arrivals, Feed
    from production.settings import Production


class Parts:
    """The parts of one lifecycle around an open database; each agent is made when it is asked for.

    Args:
        config: The configuration.
        product: The product.
        state: Where the operation keeps what it knows.
        database: The open database of its records.
        code: The digest of the code that runs.
        shared_fits: The folder of the fits that it shares with other runs; None if it shares none.
        attended: Whether there are people to ask: not so in virtual time.

    Attributes:
        start: The first moment of operation, microseconds.
        progress: The agents' progress.
        served: The parts that serve the product.
        windows: The evaluation windows scored so far.
    """

    def __init__(
        self,
        config: Production,
        product: OpenProduct,
        state: State,
        database: Database,
        *,
        code: str,
        shared_fits: Path | None = None,
        attended: bool = False,
    ) -> None:
        name = product.contract.product
        self._config, self._product, self._state = config, product, state
        self._name, self._database, self._code = name, database, code
        self.start = product.start
        self._shared_fits = shared_fits
        self.served = serving_parts(config, product.contract, state, database)
        self.windows = ScoredWindows(product=name, evaluations=Evaluations(database))
        self.progress = progress(Checkpoints(database), name, start=product.start)
        self._runtime = RuntimeMetrics(
            self.progress,
            self.windows,
            product=name,
            manifests=self.served.manifests,
            counts=event_counts(database, self.progress, name),
            start=product.start,
            refreshes=RefreshRecords(
                product=name, progress=self.progress, database=database, attended=attended
            ),
        )
        self._check = TableCheck(product.contract.input_columns)

    def outcomes(self, feed: Arrivals, *, closes: Callable[[int], int] | None) -> OutcomeAgent:
        """Return the outcome agent.

        Args:
            feed: Where outcomes come from.
            closes: When the evaluation window of an event time closes; none where nothing is
                evaluated.
        """
        return OutcomeAgent(
            target=self._product.contract,
            feed=feed,
            log=self.served.outcomes,
            closes=closes,
            progress=self.progress.outcomes,
            database=self._database,
        )

    def evaluation(self, *, overlap: int = 0) -> Evaluator:
        """Return the evaluation agent.

        Args:
            overlap: How long after it arrived an outcome may be committed, microseconds.
        """
        return evaluator(
            self._config,
            self._product,
            self.served,
            known=self._known,
            windows=self.windows,
            progress=self.progress,
            taken=lambda: self.progress.outcomes.load().until,
            overlap=overlap,
        )

    def training(self) -> TrainingAgent:
        """Return the training agent, or the one that trains at each release."""
        records, fits = self._records(), self._fits
        trainer = self._trainer(records)
        return TrainingAgent(
            trigger=configured_trigger(self._config, self._product.contract),
            trainer=SharingTrainer(trainer, fits) if isinstance(fits, SharedFits) else trainer,
            records=records,
            runtime=self._runtime,
            progress=self.progress,
            decisions=self._decisions("training"),
            database=self._database,
            takes=duration(self._config.training_takes),
            **({"declined": self._worth.declined} if self._worth else {}),
        )

    def promotion(self) -> PromotionAgent:
        """Return the promotion agent."""
        return PromotionAgent(
            publisher=self.served.publisher,
            pinned=partial(Decisions(self._database).pinned, self._name),
            loader=self.served.loader,
            artifacts=self.served.artifacts,
            progress=self.progress,
            decisions=self._decisions("promotion"),
            database=self._database,
        )

    def parity(self) -> ParityAgent:
        """Return the agent that holds live traffic against research's solution."""
        return parity_agent(
            self._config,
            self._product,
            self.served,
            self._state,
            builder=self._builder(self._product.source),
            records=self._records(),
        )

    def serving(self, feed: Feed) -> ServingAgent:
        """Return the agent that serves recorded requests."""
        return ServingAgent(
            product=self._name,
            feed=feed,
            engine=self.served.engine,
            manifests=self.served.manifests,
            events=self.served.events,
            check=self._check,
            fallback=self._fallback(),
            runtime=self._runtime,
            progress=self.progress.serving,
            database=self._database,
            fill=feature_filling(self._config.product, self._database),
        )

    @cached_property
    def _known(self) -> KnownOutcomes:
        """The outcomes that a naive baseline predicts from."""
        product = self._product
        return KnownOutcomes(
            product.source,
            self.served.outcomes,
            product.contract,
            start=product.start,
            memory=MEMORY,
        )

    @cached_property
    def _learner(self) -> Learner:
        return served_learner(self._config)

    @cached_property
    def _fits(self) -> OwnFits | SharedFits:
        """The fits of all trainings, which other runs share if there is a folder for them."""
        learner, component = self._learner, self._config.served_side.learner
        if self._shared_fits is None:
            return OwnFits(learner)
        identity = msgspec.json.encode((component, self._code), order="sorted").decode()
        return SharedFits(learner, identity=identity, folder=self._shared_fits)

    @cached_property
    def _champion(self) -> CurrentChampion:
        """The generation that serves."""
        return CurrentChampion(
            product=self._name,
            manifests=self.served.manifests,
            generations=Generations(self._database),
            loader=self.served.loader,
        )

    @cached_property
    def _worth(self) -> RefreshWorth | None:
        """What says whether a refresh is worth its cost."""
        return refresh_worth(
            self._config,
            self._product.contract,
            self._learner,
            champion=self._champion,
            database=self._database,
            runtime=self._runtime,
        )

    def _fallback(self) -> NaiveFallback | None:
        if self._config.invalid == "refuse":
            return None
        return NaiveFallback(self._product.baseline, self._known)

    def _decisions(self, agent: str) -> DecisionLog:
        return DecisionLog(AgentDecisions(self._database), product=self._name, agent=agent)

    def _records(self) -> TrainingRecords:
        return TrainingRecords(
            contract=self._product.contract,
            code=self._code,
            releases=Releases(self._database),
            generations=Generations(self._database),
            trainings=Trainings(self._database),
            known_rows=StoredRows(Checkpoints(self._database), self._name),
            release_each=self._config.model_updating.name != "autonomous",
        )

    def _trainer(self, records: TrainingRecords) -> Trainer:
        config, product = self._config, self._product
        dumped = config.data_access.name == "ad_hoc_dump"
        if dumped or config.model_sourcing.name == "interactive":
            return PersonTrainer(
                source=product.source,
                session=self._release_trainer,
                dump=self._state.dump if dumped else None,
                data_start=product.data_start,
            )
        if config.model_updating.name == "release_enforced":
            return self._release_trainer(product.source)
        return self._generation_trainer(records)

    def _generation_trainer(self, records: TrainingRecords) -> Trainer:
        product, builder = self._product, self._builder(self._product.source)
        champion = self._champion
        return GenerationTrainer(
            contract=product.contract,
            builder=builder,
            strategy=configured_strategy(
                self._config,
                product.contract,
                self._learner,
                builder=builder,
                champion=champion,
                database=self._database,
                worth=self._worth,
            ),
            gate=instantiate(self._config.gate, "gate", contract=product.contract),
            baseline=product.baseline,
            champion=champion,
            past=records,
            revises=self._config.product.revises,
        )

    def _release_trainer(self, source: Source) -> Trainer:
        return ReleaseTrainer(builder=self._builder(source))

    def _builder(self, source: Source) -> ModelBuilder:
        product, window = self._product, self._config.strategy.window
        return ModelBuilder(
            source=source,
            fits=self._fits,
            contract=product.contract,
            check=self._check,
            artifacts=self.served.artifacts,
            kind=self.served.kind,
            golden=product.golden,
            trust=self.served.loader.trust,
            data_start=product.data_start,
            window=duration(window) if window else None,
        )
