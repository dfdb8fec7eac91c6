"""An estimate of a score without outcomes: what the loss of calibrated probabilities would be.

Confidence-based: D. Guillory et al. (ICCV 2021), S. Garg et al. (ICLR 2022), and NannyML's CBPE. It
believes that inputs mean what they meant when the probabilities were calibrated. Where that
changes (concept drift), probabilities stay as they are, and so does the estimate: it cannot know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.ports import Floats
    from contracts.score.metric.port import Metric


def chances(y: Floats, p: Floats, q: Floats) -> Floats:
    """Return the probability of each outcome, (m, labels), 0 or 1 for a single probability.

    Each label's probability is calibrated by isotonic regression, and they are made to add up.

    Args:
        y: Known outcomes as numbers, (n,), one at least.
        p: What was predicted of them, (n, k).
        q: The predictions whose outcomes are not known, (m, k).
    """
    if p.shape[1] == 1:
        positive = calibrated(y, p[:, 0], q[:, 0])
        return np.column_stack([1 - positive, positive])
    each = np.column_stack(
        [calibrated((y == at).astype(np.float64), p[:, at], q[:, at]) for at in range(p.shape[1])]
    )
    total = each.sum(axis=1, keepdims=True)
    return np.where(total > 0, each / np.where(total > 0, total, 1), q)


def calibrated(happened: Floats, p: Floats, q: Floats) -> Floats:
    """Return how often it happened at a prediction like each of ``q``, (m,).

    >>> calibrated(np.array([0.0, 0.0, 1.0, 0.0]), np.array([0.1, 0.1, 0.9, 0.9]), np.array([0.9]))
    array([0.5])
    """
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - slow to load, seldom called

    values, places, counts = np.unique(p, return_inverse=True, return_counts=True)
    means = np.bincount(places, happened) / counts
    shares = isotonic_regression(means, weights=counts.astype(np.float64)).x
    return np.asarray(np.interp(q, values, shares), np.float64)


def expected_score(metric: Metric, chance: Floats, p: Floats) -> tuple[float, float]:
    """Return the score to expect, and its standard deviation by chance, events independent.

    Args:
        metric: A metric that is a mean of losses.
        chance: The probability of each outcome, (n, labels).
        p: Predictions, (n, k).
    """
    losses = [metric.losses(np.full(len(p), float(at)), p) for at in range(chance.shape[1])]
    table = np.column_stack([each for each in losses if each is not None])
    mean = (chance * table).sum(axis=1)
    spread = np.maximum((chance * table**2).sum(axis=1) - mean**2, 0.0)
    middle, reach = float(mean.mean()), float(np.sqrt(spread.sum())) / len(p)
    value, beyond = metric.of_mean(np.array([middle, middle + reach])).tolist()
    return value, abs(beyond - value)
