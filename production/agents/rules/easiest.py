"""A model's score where the holdout is easiest: corrupted labels spoil it, a hard day does not.

A storm makes some hours hard and leaves others as they were. Labels that were flipped, inverted or
shuffled make every hour hard: the easiest tenth of the hours shows them where the mean does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.ports import Floats
    from contracts.score.metric.port import Metric

#: Into how many stretches of time a holdout is split, the rows that each has at least, and the
#: share of them that counts as the easiest.
STRETCHES, LEAST, SHARE = 20, 10, 0.1


def easiest(metric: Metric, truth: Floats, predicted: Floats) -> float:
    """Return the score that the easiest tenth of a holdout's stretches just reaches; NaN for none.

    Args:
        metric: The metric.
        truth: The outcomes, (n,), in time order.
        predicted: The predictions, (n, k).
    """
    count = max(1, min(STRETCHES, len(truth) // LEAST))
    parts = zip(np.array_split(truth, count), np.array_split(predicted, count), strict=True)
    scores = np.array([metric.value(y, p) for y, p in parts])
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        return float("nan")
    return float(np.quantile(scores, SHARE if metric.direction == "lower" else 1 - SHARE))
