"""How far a mean over days may lie from what was observed: the limits both one-sided tests use.

Student's t with a day as one observation is right for differences that are normal from day to day.
Differences of losses are skewed: a few bad days dominate the mean, and two weeks without one look
both better and surer than they are. A studentised bootstrap of the days sees that skew, so each
limit is the wider of the two.

Sources: P. Hall, "Theoretical comparison of bootstrap confidence intervals", 1988 (the studentised
bootstrap is second-order accurate, t and percentiles are not); T. C. Hesterberg, "What teachers
should know about the bootstrap", 2015 (percentiles and t are too narrow for small samples; the
expanded level); R. R. Bahadur, L. J. Savage, "The nonexistence of certain statistical procedures in
nonparametric problems", 1956 (no limit holds for every distribution). The simulations are in
docs/decisions/0010-equivalence-by-days.md.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtrit

from contracts.score.bootstrap import draw_days

if TYPE_CHECKING:
    from contracts.ports import Floats

#: The longest arm that skew may cause, in arms of t: where the sides differ on one day alone,
#: samples without it have no spread, and the bootstrap by itself would set no limit at all.
MOST = 3.0
#: The share of alpha that the bootstrap is used at: a few days show less skew than there is, and at
#: alpha itself simulation gave more false equivalence than alpha. The share is smaller for a metric
#: that is not a mean, whose figures by day are right to first order only.
MEAN, OTHER = 1 / 2, 1 / 3
#: A spread below this share of the values is rounding error.
NONE = 1e-9


def arms(
    days: Floats,
    *,
    alpha: float,
    repeats: int,
    seed: int,
    share: float = MEAN,
    effective: float | None = None,
) -> tuple[float, float]:
    """Return how far below and above the mean of days the one-sided limits reach.

    Args:
        days: One figure per day, (days,), at least two.
        alpha: Each limit's chance to miss the true mean.
        repeats: How many samples of days are drawn.
        seed: Of the draw: equal seeds draw equal samples, for every metric.
        share: The share of alpha that the bootstrap is used at, `MEAN` or `OTHER`.
        effective: How many days of equal size would be as informative; all of them unless given.
    """
    n, error = len(days), spread(days)
    count = float(n) if effective is None else effective
    t = quantile(count, alpha)
    if _alike(days):
        return MOST * t * error, MOST * t * error
    level = float(ndtr(-math.sqrt(n / (n - 1)) * quantile(count, share * alpha)))
    low, high = _tails(_studentised(days, draw_days(n, repeats, seed)), level)
    return error * min(max(t, high), MOST * t), error * min(max(t, -low), MOST * t)


def spread(days: Floats) -> float:
    """Return the standard error of the mean of at least two days.

    Where all days have the same figure there is no spread to estimate it from: it is taken as if
    one of them had 0. Days that all have 0 have no error.

    >>> spread(np.array([0.1, 0.1])), spread(np.array([0.1, 0.0])), spread(np.zeros(2))
    (0.05, 0.05, 0.0)
    """
    if _alike(days):
        return abs(float(days.mean())) / len(days)
    return float(days.std(ddof=1)) / math.sqrt(len(days))


def quantile(days: float, alpha: float) -> float:
    """Return Student's t that is exceeded with chance ``alpha``, for a mean of so many days.

    Args:
        days: How many, more than one; not whole where they are of unequal size.
        alpha: The chance.

    >>> round(quantile(14, 0.05), 3)
    1.771
    """
    return -float(stdtrit(days - 1, alpha))


def _alike(days: Floats) -> bool:
    """Return whether the days differ by rounding error only."""
    return bool(np.ptp(days) <= NONE * np.abs(days).max())


def _studentised(days: Floats, counts: Floats) -> Floats:
    """Return each sample's distance from the mean in its own standard errors, (repeats,)."""
    n = len(days)
    centred = days - days.mean()
    means = counts @ centred / n
    variances = (counts @ centred**2 / n - means**2) / (n - 1)
    some = variances > NONE * (centred @ centred) / n**2
    errors = np.sqrt(np.where(some, variances, 1.0))
    return np.asarray(np.where(some, means / errors, np.copysign(np.inf, means)))


def _tails(samples: Floats, level: float) -> tuple[float, float]:
    """Return the quantiles at ``level`` from below and above; infinite with too few samples."""
    rank = int(level * (len(samples) + 1))
    if not rank:
        return -np.inf, np.inf
    ordered = np.sort(samples)
    return float(ordered[rank - 1]), float(ordered[-rank])
