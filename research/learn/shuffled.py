"""What a random split would have claimed: the mistake that time-honest splits are there to avoid.

Rows of one day share its weather and its jams. A random split puts some of them in training, and so
asks the model what it has seen already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from research.learn.predicted import predicted
from research.learn.windows import Window, window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.ports import Learner, Source
    from contracts.score.metric.port import Metric
    from research.learn.plan import Plan
    from research.target import Target


def shuffled(
    *,
    source: Source,
    target: Target,
    learner: Learner,
    metrics: Sequence[Metric],
    plan: Plan,
    params: dict[str, Any],
) -> dict[str, float]:
    """Return what parameters score on random rows of both windows, fitted on the others.

    As many rows are held out as the test window has, so that the sizes are those of the honest
    evaluation.
    """
    whole = window(source, plan.start, plan.test_end, known_by=plan.test_end).table
    tested = window(source, plan.test_start, plan.test_end, known_by=plan.test_end).table.num_rows
    order = np.random.default_rng(plan.seed).permutation(whole.num_rows)
    held = Window(table=whole.take(np.sort(order[:tested])))
    others = Window(table=whole.take(np.sort(order[tested:])))
    model = learner.fit(others.examples, params=params, seed=plan.seed)
    y, p = held.y(target), predicted(model, held.rows, target)
    return {metric.name: metric.value(y, p) for metric in metrics}
