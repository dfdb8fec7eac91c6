"""The evaluation agent of a product, in a backtest and live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import instantiate
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.agents.evaluation import Evaluator
    from production.agents.progress import Progress
    from production.assembly.product import OpenProduct
    from production.assembly.serving import Serving
    from production.evaluation import KnownOutcomes, ScoredWindows
    from production.serving.manifest import Segments
    from production.settings import Production


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
        contract=product.contract,
        baseline=product.baseline,
        known=known,
        feedback=serving.feedback,
        windows=windows,
        segments=segments,
        taken=taken,
        progress=progress,
        database=serving.database,
        overlap=overlap,
    )
    return evaluation
