"""Puts a lifecycle together from its configuration: which parts act, the five attributes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from contracts.config import instantiate, locate
from contracts.errors import ConfigError
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, duration
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
from production.operation.feed import Replay
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
    from pathlib import Path

    from contracts.ports import Source
    from production.agents.result import Trainer
    from production.backtest.ready import Ready
    from production.settings import Production
    from production.triggers import Trigger


#: How far back the evaluation agent's naive baseline looks for outcomes.
MEMORY = 14 * DAY


class Assembly(msgspec.Struct, frozen=True, kw_only=True):
    """A lifecycle ready to step, and what is read of it afterwards."""

    loop: Loop
    feed: Replay
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


def _url(config: Production, state: Path) -> str:
    """Return the URL of a run's own database: a backtest never writes to a live one."""
    if "{state}" not in config.database.url:
        raise ConfigError(
            f"database.url={config.database.url}: expected {{state}} in it, the run's own folder",
            hint="for example database.url=sqlite:///{state}/liaison.db",
        )
    return config.database.url.format(state=state)


class Builder:
    """Builds one run's parts in a state folder.

    Args:
        config: The configuration.
        ready: The product.
        state: The run's state folder.
        code: The digest of the code that runs.
    """

    def __init__(self, config: Production, ready: Ready, state: Path, *, code: str) -> None:
        self._config, self._ready, self._state = config, ready, state
        self._database = Database(_url(config, state))
        self._artifacts = with_signatures(
            instantiate(config.artifacts, folder=state / "artifacts"),
            folder=state / "signatures",
            signing=instantiate(config.signing),
        )
        self._kind = locate(config.liaison.side.model)
        self._loader = Loader(artifacts=self._artifacts, kind=self._kind, contract=ready.contract)
        self._engine = Engine(
            loader=self._loader, selector=instantiate(config.selector), contract=ready.contract
        )
        self._events, self._feedback = EventLog(self._database), Feedback(self._database)
        self._checkpoint = Checkpoint(
            product=ready.contract.product, kept=Checkpoints(self._database)
        )
        self._records = Records(
            contract=ready.contract,
            code=code,
            releases=Releases(self._database),
            generations=Generations(self._database),
            trainings=Trainings(self._database),
        )

    def close(self) -> None:
        """Close the database's connections."""
        self._database.close()

    def build(self) -> Assembly:
        """Return the assembly, at the point where an earlier process left it."""
        ready, feed = self._ready, self._feed()
        progress = self._checkpoint.load()
        wake = progress.taken if progress else ready.start
        evaluation = self._evaluation(feed, wake)
        parts = Parts(
            clock=VirtualClock(wake),
            feed=feed,
            database=self._database,
            checkpoint=self._checkpoint,
            journal=self._journal(evaluation),
            engine=self._engine,
            evaluation=evaluation,
            trigger=self._trigger(),
            refresher=self._refresher(),
            promotion=Promotion(
                product=ready.contract.product,
                contract=ready.contract.version,
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
            loop=Loop(parts, start=ready.start, until=ready.until, takes=takes),
            feed=feed,
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

    def _feed(self) -> Replay:
        ready = self._ready
        return Replay(ready.events, start=ready.start, until=ready.until)

    def _trigger(self) -> Trigger:
        every = self._config.model_updating.release_every
        if every is not None:
            return Schedule(every=every, called="release")
        trigger: Trigger = instantiate(self._config.trigger)
        return trigger

    def _refresher(self) -> Trainer:
        config, ready = self._config, self._ready
        dumped = config.data_access.name == "ad_hoc_dump"
        if dumped or config.model_sourcing.name == "interactive":
            return Person(
                source=ready.source,
                session=self._integration,
                dump=self._state / "dump.parquet" if dumped else None,
                history=ready.history,
            )
        if config.model_updating.name == "release_enforced":
            return self._integration(ready.source)
        return TrainingAgent(
            contract=ready.contract,
            workshop=self._workshop(ready.source),
            gate=instantiate(config.gate),
            baseline=ready.baseline,
            records=self._records,
            engine=self._engine,
            release=self._release(),
        )

    def _integration(self, source: Source) -> IntegrationAgent:
        return IntegrationAgent(workshop=self._workshop(source), records=self._records)

    def _release(self) -> str:
        """Return the release that generations are trained of, made when there is none yet."""
        held = Releases(self._database).all(self._ready.contract.product)
        return held[0].version if held else self._records.release(self._ready.start)

    def _workshop(self, source: Source) -> Workshop:
        config, ready = self._config, self._ready
        window = config.training_window
        return Workshop(
            source=source,
            learner=instantiate(config.liaison.side.learner),
            contract=ready.contract,
            artifacts=self._artifacts,
            kind=self._kind,
            golden=ready.golden,
            history=ready.history,
            window=duration(window) if window else None,
        )

    def _journal(self, evaluation: Evaluation) -> Journal:
        product = self._ready.contract.product
        watched = evaluation.next_close(self._ready.start) is not None
        return Journal(
            product=product,
            events=self._events,
            outcomes=OutcomeLog(self._database),
            features=f"source:{product}",
            closes=evaluation.next_close if watched else None,  # type: ignore[arg-type]
        )

    def _evaluation(self, feed: Replay, wake: int) -> Evaluation:
        ready = self._ready
        known = Known(ready.source, ready.contract, moment=ready.start, memory=MEMORY)
        arrivals = feed.outcomes(ready.start, wake)
        known.take(np.asarray(arrivals.arrived), pa.array(arrivals.value))
        evaluation: Evaluation = instantiate(
            self._config.evaluation,
            start=ready.start,
            contract=ready.contract,
            baseline=ready.baseline,
            known=known,
            feedback=self._feedback,
            evaluations=Evaluations(self._database),
        )
        return evaluation
