"""Puts a lifecycle together from its configuration: which parts act, the five attributes say.

Whoever operates hands in the state, the clock and the feed: a backtest its own folder, virtual time
and replayed history; live operation the deployed database, the wall clock and the transport.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from contracts.config import instantiate, locate
from contracts.moment import DAY, END_OF_TIME, duration
from production.agents.integration import IntegrationAgent
from production.agents.person import Person
from production.agents.promotion import Promotion
from production.agents.records import Records
from production.agents.training import TrainingAgent
from production.agents.workshop import Workshop
from production.artifacts.signed import with_signatures
from production.database.database import Database
from production.evaluation.agent import Evaluation
from production.evaluation.known import Known
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from production.generation.loader import Loader
from production.operation.checkpoint import Checkpoint
from production.operation.journal import Journal
from production.operation.loop import Loop, Parts
from production.registry.aliases import Aliases
from production.registry.checkpoints import Checkpoints
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.releases import Releases
from production.registry.trainings import Trainings
from production.serving.engine import Engine
from production.triggers import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.host.clock import Clock
    from contracts.ports import Source
    from production.agents.result import Trainer
    from production.assembly.product import OpenProduct
    from production.operation.feed import Feed
    from production.settings import Production
    from production.triggers import Trigger


#: How far back the evaluation agent's naive baseline looks for outcomes.
MEMORY = 14 * DAY


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where an operation keeps what it knows.

    Attributes:
        database: The database's URL.
        artifacts: The folder of the artifact store.
        signatures: The folder of the artifacts' signatures.
        dump: The file that a person's export of the data is written to.
    """

    database: str
    artifacts: Path
    signatures: Path
    dump: Path


class Assembly(msgspec.Struct, frozen=True, kw_only=True):
    """A lifecycle product to step, and the records of it that are read afterwards."""

    loop: Loop
    events: EventLog
    feedback: Feedback
    engine: Engine
    loader: Loader
    database: Database
    generations: Generations
    trainings: Trainings
    manifests: Manifests
    checkpoint: Checkpoint
    evaluation: Evaluation


@contextmanager
def assembled(
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
        yield _Builder(config, product, state, database, code=code).build(clock, feed, until)


class _Builder:
    """Builds the parts of one lifecycle around an open database."""

    def __init__(
        self,
        config: Production,
        product: OpenProduct,
        state: State,
        database: Database,
        *,
        code: str,
    ) -> None:
        self._config, self._product, self._state = config, product, state
        self._database = database
        self._artifacts = with_signatures(
            instantiate(config.artifacts, folder=state.artifacts),
            folder=state.signatures,
            signing=instantiate(config.signing),
        )
        self._kind = locate(config.liaison.side.model)
        self._loader = Loader(artifacts=self._artifacts, kind=self._kind, contract=product.contract)
        self._engine = Engine(
            loader=self._loader, selector=instantiate(config.selector), contract=product.contract
        )
        self._events, self._feedback = EventLog(database), Feedback(database)
        self._checkpoint = Checkpoint(product=product.contract.product, kept=Checkpoints(database))
        self._records = Records(
            contract=product.contract,
            code=code,
            releases=Releases(database),
            generations=Generations(database),
            trainings=Trainings(database),
        )

    def build(self, clock: Clock, feed: Feed, until: int) -> Assembly:
        """Return the assembly, at the point where an earlier process left it."""
        product, progress = self._product, self._checkpoint.load()
        evaluation = self._evaluation(feed, progress.taken if progress else product.start)
        parts = Parts(
            clock=clock,
            feed=feed,
            database=self._database,
            checkpoint=self._checkpoint,
            journal=self._journal(evaluation),
            engine=self._engine,
            evaluation=evaluation,
            trigger=self._trigger(),
            refresher=self._refresher(),
            promotion=Promotion(
                product=product.contract.product,
                contract=product.contract.version,
                selector=str(self._config.selector["name"]),
                aliases=Aliases(self._database),
                manifests=Manifests(self._database),
                loader=self._loader,
                artifacts=self._artifacts,
                seed=self._config.seed,
            ),
        )
        takes = duration(self._config.training_takes)
        return Assembly(
            loop=Loop(parts, start=product.start, until=until, takes=takes),
            events=self._events,
            feedback=self._feedback,
            engine=self._engine,
            loader=self._loader,
            database=self._database,
            generations=Generations(self._database),
            trainings=Trainings(self._database),
            manifests=Manifests(self._database),
            checkpoint=self._checkpoint,
            evaluation=evaluation,
        )

    def _trigger(self) -> Trigger:
        every = self._config.model_updating.release_every
        if every is not None:
            return Schedule(every=every, called="release")
        trigger: Trigger = instantiate(self._config.trigger)
        return trigger

    def _refresher(self) -> Trainer:
        config, product = self._config, self._product
        dumped = config.data_access.name == "ad_hoc_dump"
        if dumped or config.model_sourcing.name == "interactive":
            return Person(
                source=product.source,
                session=self._integration,
                dump=self._state.dump if dumped else None,
                history=product.data_start,
            )
        if config.model_updating.name == "release_enforced":
            return self._integration(product.source)
        return TrainingAgent(
            contract=product.contract,
            workshop=self._workshop(product.source),
            gate=instantiate(config.gate),
            baseline=product.baseline,
            records=self._records,
            engine=self._engine,
            release=self._release(),
        )

    def _integration(self, source: Source) -> IntegrationAgent:
        return IntegrationAgent(workshop=self._workshop(source), records=self._records)

    def _release(self) -> str:
        """Return the release that generations are trained of, made when there is none yet."""
        held = Releases(self._database).all(self._product.contract.product)
        return held[0].version if held else self._records.release(self._product.start)

    def _workshop(self, source: Source) -> Workshop:
        config, product = self._config, self._product
        window = config.training_window
        return Workshop(
            source=source,
            learner=instantiate(config.liaison.side.learner),
            contract=product.contract,
            artifacts=self._artifacts,
            kind=self._kind,
            golden=product.golden,
            history=product.data_start,
            window=duration(window) if window else None,
        )

    def _journal(self, evaluation: Evaluation) -> Journal:
        name = self._product.contract.product
        watched = evaluation.next_close(self._product.start) is not None
        return Journal(
            product=name,
            events=self._events,
            outcomes=OutcomeLog(self._database),
            features=f"source:{name}",
            closes=evaluation.next_close if watched else None,  # type: ignore[arg-type]
        )

    def _evaluation(self, feed: Feed, wake: int) -> Evaluation:
        product = self._product
        known = Known(product.source, product.contract, moment=product.start, memory=MEMORY)
        arrivals = feed.outcomes(product.start, wake)
        known.take(np.asarray(arrivals.arrived), pa.array(arrivals.value))
        evaluation: Evaluation = instantiate(
            self._config.evaluation,
            start=product.start,
            contract=product.contract,
            baseline=product.baseline,
            known=known,
            feedback=self._feedback,
            evaluations=Evaluations(self._database),
        )
        return evaluation
