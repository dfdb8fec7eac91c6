"""One lifecycle run over a product's history, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.labelled import numeric_outcomes
from contracts.data.rows import instants, with_outcome
from contracts.host.clock import Stopwatch
from contracts.lifecycle import Lifecycle, pattern_name
from contracts.moment import END_OF_TIME
from contracts.ports import ARRIVED, ID, OUTCOME, Instants
from production.assembly import Assembly, Builder
from production.backtest.score import Judged
from production.feedback.batch import Receipt
from production.generation.description import Candidate
from production.registry.generations import Generation
from production.registry.trainings import Training
from production.triggers import ScoredWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from production.backtest.ready import Ready
    from production.operation.loop import Step
    from production.settings import Production

    Tell = Callable[[Step], None]


class LifecycleRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one run.

    Attributes:
        lifecycle: The lifecycle.
        name: Its name.
        requests: The times of all requests served.
        judged: The events with an outcome, and what each predictor said.
        generations: Everything that was registered, oldest first.
        trainings: Every training.
        promotions: When generations were put into service, microseconds.
        windows: What the evaluation agent knew, none without one.
        broken: Generations that passed the gate and could not serve.
        fallbacks: How often the selector failed, so that the champion stood in for it: at most
            once for each deployment and each wake-up.
        received: What became of the outcomes that arrived, counted.
        seconds: What the run took, this time.
    """

    lifecycle: Lifecycle
    name: str
    requests: Instants
    judged: Judged
    generations: tuple[Generation, ...]
    trainings: tuple[Training, ...]
    promotions: tuple[int, ...]
    windows: tuple[ScoredWindow, ...]
    broken: int
    fallbacks: int
    received: Receipt
    seconds: float

    @property
    def served_by(self) -> tuple[tuple[object, ...], ...]:
        """What decides the predictions: equal ones are equal by construction."""
        return tuple(
            (each.created_at, each.start, each.known_by, each.rows, each.seed)
            for each in self.generations
        )


def run_lifecycle(
    config: Production,
    lifecycle: Lifecycle,
    ready: Ready,
    state: Path,
    *,
    code: str,
    tell: Tell,
) -> LifecycleRun:
    """Run a lifecycle to its end, from wherever an earlier process left it.

    Args:
        config: The configuration.
        lifecycle: The lifecycle it declares.
        ready: The product.
        state: The run's state folder.
        code: The digest of the code that runs.
        tell: Told of each wake-up.
    """
    watch = Stopwatch()
    builder = Builder(config, ready, state, code=code)
    try:
        assembly = builder.build()
        for step in assembly.loop.steps():
            tell(step)
        return _read(assembly, lifecycle, ready, watch)
    finally:
        builder.close()


def _read(assembly: Assembly, lifecycle: Lifecycle, ready: Ready, watch: Stopwatch) -> LifecycleRun:
    product = ready.contract.product
    generations = tuple(assembly.generations.all(product))
    progress = assembly.checkpoint.load()
    events = assembly.events.served(product, ready.start, ready.until)
    return LifecycleRun(
        lifecycle=lifecycle,
        name=pattern_name(lifecycle),
        requests=events.time,
        judged=_judged(assembly, ready, generations[0]),
        generations=generations,
        trainings=tuple(assembly.trainings.all(product)),
        promotions=tuple(each.created_at for each in assembly.manifests.all(product)),
        windows=tuple(assembly.evaluation.windows()),
        broken=progress.broken if progress else 0,
        fallbacks=progress.fallbacks if progress else 0,
        received=progress.received if progress else Receipt(),
        seconds=watch.seconds(),
    )


def _judged(assembly: Assembly, ready: Ready, first: Generation) -> Judged:
    """Join what was served to the full history, and predict anew only for comparison."""
    contract = ready.contract
    scored = assembly.feedback.scored(
        contract.product, ready.start, ready.until, known_by=END_OF_TIME
    )
    rows = assembly.feed.table
    where = pc.index_in(pa.array(scored.id), value_set=rows[ID].combine_chunks())
    inputs = rows.take(where).select(list(contract.inputs))
    candidate = Candidate(
        release=first.release,
        generation=first.number,
        artifact=first.artifact,
        contract=first.contract_version,
    )
    settled = with_outcome(ready.events)
    return Judged(
        times=scored.time,
        truth=numeric_outcomes(contract, scored.outcome),
        served=scored.prediction,
        still=assembly.loader.load(candidate).predict(inputs),
        naive=ready.baseline.predict(
            scored.time,
            arrived=instants(settled[ARRIVED]),
            outcomes=numeric_outcomes(contract, settled[OUTCOME]),
        ),
    )
