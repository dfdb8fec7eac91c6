"""One lifecycle run over a product's history, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.rows import instants
from contracts.host.clock import Stopwatch, VirtualClock
from contracts.lifecycle import Lifecycle, pattern_name
from contracts.ports import ID, TIME, Instants
from production.agents.records import SharedShare
from production.assembly.assemble import Assembly, open_assembly
from production.backtest.predicted import predict_again
from production.backtest.score import HeldBack, RunPredictions
from production.backtest.state import digest_but_liaison, run_state
from production.backtest.supposed import supposed_history
from production.feedback.batch import FALLBACK, Events, Receipt
from production.feedback.feed import Replay
from production.metrics import ScoredWindow
from production.registry.generations import Generation
from production.registry.trainings import Training

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from production.backtest.history import History
    from production.operation import Step
    from production.settings import Production


class InvalidRequests(msgspec.Struct, frozen=True, kw_only=True):
    """The requests that the contract's input schema refused: no model predicted them.

    Attributes:
        answer: ``refuse``: they have no prediction; ``fallback``: that of the naive baseline.
        times: Their times, microseconds.
        checks: How many each check refused, as ``column: check``.
    """

    answer: str
    times: Instants
    checks: dict[str, int]


class LifecycleRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one run.

    Attributes:
        lifecycle: The lifecycle.
        name: Its name.
        but_liaison: The digest of its configuration but for its liaison.
        requests: The times of all requests answered.
        invalid: The requests that the contract's input schema refused.
        predictions: The events with an outcome, and three predictions of each.
        held_back: What the gate kept from serving, and what it would have predicted.
        generations: Everything that was registered, oldest first.
        trainings: Every training.
        promotions: When generations were put into service, microseconds.
        windows: What the evaluation agent knew, none without one.
        broken: Generations that passed the gate and could not serve.
        fallbacks: How often the selector failed, so that the champion stood in for it: at most
            once for each deployment and each wake-up.
        received: What became of the outcomes that arrived, counted.
        staleness: How old the training data of what served were, on average over the requests,
            microseconds.
        seconds: What the run took, this time.
    """

    lifecycle: Lifecycle
    name: str
    but_liaison: str
    requests: Instants
    invalid: InvalidRequests
    predictions: RunPredictions
    held_back: tuple[HeldBack, ...]
    generations: tuple[Generation, ...]
    trainings: tuple[Training, ...]
    promotions: tuple[int, ...]
    windows: tuple[ScoredWindow, ...]
    broken: int
    fallbacks: int
    received: Receipt
    staleness: float
    seconds: float

    @property
    def training_seconds(self) -> float:
        """How long all trainings took, or would have taken without the fits of other runs."""
        return sum(training.seconds for training in self.trainings)

    @property
    def shared(self) -> SharedShare:
        """What all trainings took from the fits of other runs."""
        shares = [each.detail["shared"] for each in self.trainings if "shared" in each.detail]
        return SharedShare(
            fits=sum(each["fits"] for each in shares),
            seconds=sum(each["seconds"] for each in shares),
        )

    @property
    def served_by(self) -> tuple[object, ...]:
        """What served and from when on, which decides the predictions of one learner."""
        generations = tuple(
            (each.created_at, each.start, each.known_by, each.rows, each.seed)
            for each in self.generations
        )
        return generations, self.promotions


def run_lifecycle(
    config: Production,
    lifecycle: Lifecycle,
    history: History,
    folder: Path,
    *,
    code: str,
    on_step: Callable[[Step], None],
    shared_fits: Path | None = None,
) -> LifecycleRun:
    """Run a lifecycle to its end, from wherever an earlier process left it.

    Args:
        config: The configuration.
        lifecycle: The lifecycle it declares.
        history: The product and its history.
        folder: The run's state folder.
        code: The digest of the code that runs.
        on_step: Called after each wake-up.
        shared_fits: The folder of the fits that it shares with other runs; None if it shares none.
    """
    watch = Stopwatch()
    history = supposed_history(history, config.feedback, seed=config.seed)
    start, until = history.product.start, history.until
    feed = Replay(history.fed, start=start, until=until)
    with open_assembly(
        config,
        history.product,
        state=run_state(config, folder),
        clock=VirtualClock(start),
        feed=feed,
        code=code,
        until=until,
        shared_fits=shared_fits,
    ) as assembly:
        for step in assembly.loop.steps():
            on_step(step)
        return _read(assembly, config, lifecycle, history, feed, watch=watch)


def _read(
    assembly: Assembly,
    config: Production,
    lifecycle: Lifecycle,
    history: History,
    feed: Replay,
    *,
    watch: Stopwatch,
) -> LifecycleRun:
    product, start = history.product.contract.product, history.product.start
    generations = tuple(assembly.generations.all(product))
    trainings = tuple(assembly.trainings.all(product))
    events = assembly.events.served(product, start, history.until)
    predicted = predict_again(assembly, history, events, generations, trainings)
    serving = assembly.progress.serving.load()
    outcomes, promotion = assembly.progress.outcomes.load(), assembly.progress.promotion.load()
    return LifecycleRun(
        lifecycle=lifecycle,
        name=pattern_name(lifecycle),
        but_liaison=digest_but_liaison(config),
        requests=events.time,
        invalid=InvalidRequests(
            answer=config.invalid, times=_unpredicted(events, feed), checks=serving.invalid
        ),
        predictions=predicted.predictions,
        held_back=predicted.held_back,
        generations=generations,
        trainings=trainings,
        promotions=tuple(each.created_at for each in assembly.manifests.all(product)),
        windows=assembly.windows.all(),
        broken=promotion.broken,
        fallbacks=serving.fallbacks,
        received=outcomes.received,
        staleness=_staleness(events, generations),
        seconds=watch.seconds(),
    )


def _unpredicted(events: Events, feed: Replay) -> Instants:
    """Return the times of the requests that no model predicted."""
    predicted = pa.array(events.id).filter(pa.array(events.generation != FALLBACK))
    return instants(feed.table[TIME].filter(pc.invert(pc.is_in(feed.table[ID], predicted))))


def _staleness(events: Events, generations: Sequence[Generation]) -> float:
    """Return how old training data were when a model predicted, mean over the n requests."""
    releases = pa.array(events.release, pa.string()).dictionary_encode()
    of_event = np.stack([releases.indices.to_numpy(), np.asarray(events.generation)])
    pairs, which = np.unique(of_event, axis=1, return_inverse=True)
    known_by = {(each.release, each.number): each.known_by for each in generations}
    names = releases.dictionary.to_pylist()
    learned = np.array([known_by.get((names[at], int(n)), np.nan) for at, n in pairs.T], np.float64)
    return float(np.nanmean(events.time - learned[which.ravel()]))
