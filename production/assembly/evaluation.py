"""The evaluation agent of a product, in a backtest and live."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.schema.refusals import TableCheck
from production.agents.drift import DriftWatch
from production.agents.estimate import Estimator
from production.agents.parity.samples import Samples
from production.feedback.counts import LogCounts
from production.generation.loader import Loader
from production.registry.generations import Generations
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.ports import Model
    from production.agents.evaluation import Evaluator
    from production.agents.progress import Progress
    from production.assembly.product import OpenProduct
    from production.assembly.serving import Serving
    from production.evaluation import ScoredWindows
    from production.generation.description import Candidate
    from production.known_outcomes import KnownOutcomes
    from production.serving.manifest import Segments
    from production.settings import Production

#: The most events of a window that segments are scored from.
ALL = 100_000


def evaluator(
    config: Production,
    product: OpenProduct,
    serving: Serving,
    *,
    known: KnownOutcomes,
    windows: ScoredWindows,
    progress: Progress,
    taken: Callable[[], int],
    overlap: int = 0,
) -> Evaluator:
    """Return what evaluates a product as it is configured.

    Args:
        config: The configuration.
        product: The product.
        serving: The parts that serve it.
        known: The outcomes that the baseline predicts from.
        windows: The windows scored so far.
        progress: The agents' progress.
        taken: Returns the moment before which all outcomes that arrived were taken.
        overlap: How long after it arrived an outcome may be committed, microseconds.
    """
    name = product.contract.product

    def segments() -> Segments | None:
        newest = serving.manifests.current(name)
        return read(newest.document).segments if newest else None

    evaluation: Evaluator = instantiate(
        config.evaluation,
        "evaluation",
        start=product.start,
        counts=LogCounts(product=name, database=serving.database),
        contract=product.contract,
        baseline=product.baseline,
        known=known,
        feedback=serving.feedback,
        windows=windows,
        counted=segments,
        taken=taken,
        progress=progress,
        database=serving.database,
        overlap=overlap,
        watch=partial(_watch, product, serving),
        inputs=_samples(product, serving, ALL).window,
        estimator=lambda memory: Estimator(
            contract=product.contract,
            feedback=serving.feedback,
            events=serving.events,
            memory=memory,
        ),
    )
    return evaluation


def _watch(product: OpenProduct, serving: Serving, most: int) -> DriftWatch:
    """Return what measures the drift of so many events of a window at most."""
    contract = product.contract

    def load(candidate: Candidate) -> Model:
        loaded = serving.loader.loaded(candidate)
        return loaded or Loader(
            artifacts=serving.artifacts, kind=serving.kind, contract=contract
        ).load(candidate)

    return DriftWatch(
        contract=contract,
        source=product.source,
        check=TableCheck(contract.input_columns),
        samples=_samples(product, serving, most),
        manifests=serving.manifests,
        generations=Generations(serving.database),
        load=load,
    )


def _samples(product: OpenProduct, serving: Serving, most: int) -> Samples:
    """Return samples of so many events of a window at most."""
    return Samples(
        contract=product.contract,
        source=product.source,
        database=serving.database,
        share=1.0,
        most=most,
    )
