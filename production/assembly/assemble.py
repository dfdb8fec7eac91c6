"""Puts a lifecycle together from its configuration: the five attributes decide which parts act.

Whoever operates hands in the state, the clock and the feed: a backtest its own folder, virtual time
and replayed history; live operation the deployed database, the wall clock and the transport.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate
from contracts.moment import END_OF_TIME, duration
from contracts.schema.refusals import TableCheck
from production.agents.builder import ModelBuilder
from production.agents.champion import CurrentChampion
from production.agents.generation_trainer import GenerationTrainer
from production.agents.known_rows import StoredRows
from production.agents.outcomes import OutcomeAgent
from production.agents.progress import Progress, progress
from production.agents.promotion import PromotionAgent
from production.agents.records import TrainingRecords
from production.agents.runtime import RuntimeMetrics, event_counts
from production.agents.serving import ServingAgent
from production.agents.trainers import PersonTrainer, ReleaseTrainer
from production.agents.training import TrainingAgent
from production.assembly.evaluation import evaluator
from production.assembly.serving import serving_parts
from production.database.database import Database
from production.evaluation import MEMORY, KnownOutcomes, ScoredWindows
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.generation.loader import Loader
from production.operation import Agents, Loop
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.releases import Releases
from production.registry.trainings import Trainings
from production.serving.engine import Engine
from production.serving.fallback import NaiveFallback
from production.triggers import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract import Contract
    from contracts.host.clock import Clock
    from contracts.ports import Source
    from production.agents.evaluation import Evaluator
    from production.agents.trainers import Trainer
    from production.assembly.product import OpenProduct
    from production.assembly.state import State
    from production.feedback.feed import Feed
    from production.settings import Production
    from production.triggers import Trigger


class Assembly(msgspec.Struct, frozen=True, kw_only=True):
    """A lifecycle ready to step, and the records of it that are read afterwards."""

    loop: Loop
    agents: Agents
    progress: Progress
    windows: ScoredWindows
    events: EventLog
    feedback: Feedback
    engine: Engine
    loader: Loader
    database: Database
    generations: Generations
    trainings: Trainings
    manifests: Manifests


@contextmanager
def open_assembly(
    config: Production,
    product: OpenProduct,
    *,
    state: State,
    clock: Clock,
    feed: Feed,
    code: str,
    until: int = END_OF_TIME,
) -> Iterator[Assembly]:
    """Yield a lifecycle at the point where an earlier process left it.

    Its database is closed at the end.

    Args:
        config: The configuration.
        product: The product.
        state: Where the operation keeps what it knows.
        clock: The time.
        feed: Where requests and outcomes come from.
        code: The digest of the code that runs.
        until: From this moment on nothing is served.
    """
    with closing(Database(state.database)) as database:
        parts = _Parts(config, product, state, database, feed, code=code)
        yield parts.assembly(clock, until)


def configured_trigger(config: Production, contract: Contract) -> Trigger:
    """Return what decides when to train again: a person's releases, or the configured trigger."""
    every = config.model_updating.release_every
    if every is not None:
        return Schedule(every=every, called="release")
    trigger: Trigger = instantiate(config.trigger, "trigger", contract=contract)
    return trigger


class _Parts:
    """The parts of one lifecycle around an open database."""

    def __init__(
        self,
        config: Production,
        product: OpenProduct,
        state: State,
        database: Database,
        feed: Feed,
        *,
        code: str,
    ) -> None:
        name = product.contract.product
        self._config, self._product, self._state = config, product, state
        self._name, self._database, self._feed, self._code = name, database, feed, code
        self._serving = serving_parts(config, product.contract, state, database)
        self._windows = ScoredWindows(product=name, evaluations=Evaluations(database))
        self._progress = progress(Checkpoints(database), name, start=product.start)
        self._runtime = RuntimeMetrics(
            self._progress,
            self._windows,
            product=name,
            manifests=self._serving.manifests,
            counts=event_counts(database, self._progress, name),
            start=product.start,
        )
        self._check = TableCheck(product.contract.input_columns)
        self._known = KnownOutcomes(
            product.source,
            self._serving.outcomes,
            product.contract,
            start=product.start,
            memory=MEMORY,
        )

    def assembly(self, clock: Clock, until: int) -> Assembly:
        """Return the assembly of all parts."""
        agents = self._agents()
        loop = Loop(
            agents,
            progress=self._progress,
            database=self._database,
            clock=clock,
            feed=self._feed,
            until=until,
        )
        return Assembly(
            loop=loop,
            agents=agents,
            progress=self._progress,
            windows=self._windows,
            events=self._serving.events,
            feedback=self._serving.feedback,
            engine=self._serving.engine,
            loader=self._serving.loader,
            database=self._database,
            generations=Generations(self._database),
            trainings=Trainings(self._database),
            manifests=self._serving.manifests,
        )

    def _agents(self) -> Agents:
        evaluation = self._evaluation()
        return Agents(
            outcomes=OutcomeAgent(
                target=self._product.contract,
                feed=self._feed,
                log=self._serving.outcomes,
                closes=evaluation.closes,
                progress=self._progress.outcomes,
                database=self._database,
            ),
            evaluation=evaluation,
            training=self._training(),
            promotion=PromotionAgent(
                publisher=self._serving.publisher,
                pinned=partial(Decisions(self._database).pinned, self._name),
                loader=self._serving.loader,
                artifacts=self._serving.artifacts,
                progress=self._progress,
                database=self._database,
            ),
            serving=ServingAgent(
                product=self._name,
                feed=self._feed,
                engine=self._serving.engine,
                manifests=self._serving.manifests,
                events=self._serving.events,
                check=self._check,
                fallback=self._fallback(),
                runtime=self._runtime,
                progress=self._progress.serving,
                database=self._database,
            ),
        )

    def _fallback(self) -> NaiveFallback | None:
        if self._config.invalid == "refuse":
            return None
        return NaiveFallback(self._product.baseline, self._known)

    def _evaluation(self) -> Evaluator:
        return evaluator(
            self._config,
            self._product,
            self._serving,
            known=self._known,
            windows=self._windows,
            progress=self._progress,
            taken=lambda: self._progress.outcomes.load().until,
        )

    def _training(self) -> TrainingAgent:
        records = self._records()
        return TrainingAgent(
            trigger=configured_trigger(self._config, self._product.contract),
            trainer=self._trainer(records),
            records=records,
            runtime=self._runtime,
            progress=self._progress,
            database=self._database,
            takes=duration(self._config.training_takes),
        )

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
        product = self._product
        return GenerationTrainer(
            contract=product.contract,
            builder=self._builder(product.source),
            gate=instantiate(self._config.gate, "gate", contract=product.contract),
            baseline=product.baseline,
            champion=CurrentChampion(
                product=self._name,
                manifests=self._serving.manifests,
                generations=Generations(self._database),
                loader=self._serving.loader,
            ),
            past=records,
            revises=self._config.product.revises,
        )

    def _release_trainer(self, source: Source) -> Trainer:
        return ReleaseTrainer(builder=self._builder(source))

    def _builder(self, source: Source) -> ModelBuilder:
        product, window = self._product, self._config.training_window
        return ModelBuilder(
            source=source,
            learner=instantiate(self._config.served_side.learner, "learner"),
            contract=product.contract,
            check=self._check,
            artifacts=self._serving.artifacts,
            kind=self._serving.kind,
            golden=product.golden,
            trust=self._serving.probe.trust,
            data_start=product.data_start,
            window=duration(window) if window else None,
        )
