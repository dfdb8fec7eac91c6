"""Puts a lifecycle together to be stepped in virtual time, and opens the records of it.

Whoever operates hands in the state, the clock and the feed.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec

from contracts.moment import END_OF_TIME
from production.agents.progress import Progress
from production.assembly.parts import Parts
from production.database.database import Database
from production.evaluation import ScoredWindows
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.generation.loader import Loader
from production.operation import Agents, Loop
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.trainings import Trainings
from production.serving.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.host.clock import Clock
    from production.assembly.product import OpenProduct
    from production.assembly.state import State
    from production.feedback.feed import Feed
    from production.settings import Production


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
    shared_fits: Path | None = None,
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
        shared_fits: The folder of the fits that it shares with other runs; None if it shares none.
    """
    with closing(Database(state.database)) as database:
        parts = Parts(config, product, state, database, code=code, shared_fits=shared_fits)
        evaluation, served = parts.evaluation(), parts.served
        agents = Agents(
            outcomes=parts.outcomes(feed, closes=evaluation.closes),
            evaluation=evaluation,
            training=parts.training(),
            promotion=parts.promotion(),
            serving=parts.serving(feed),
        )
        loop = Loop(
            agents,
            progress=parts.progress,
            database=database,
            clock=clock,
            feed=feed,
            until=until,
        )
        yield Assembly(
            loop=loop,
            agents=agents,
            progress=parts.progress,
            windows=parts.windows,
            events=served.events,
            feedback=served.feedback,
            engine=served.engine,
            loader=served.loader,
            database=database,
            generations=Generations(database),
            trainings=Trainings(database),
            manifests=served.manifests,
        )
