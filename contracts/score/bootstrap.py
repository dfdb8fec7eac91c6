"""Day-block bootstrap: how sure a metric is, when rows of one day are not independent.

Whole days are drawn with replacement, so what a day's rows share stays together. Source: B. Efron,
R. J. Tibshirani, "An Introduction to the Bootstrap", 1993 (percentile interval); H. R. Künsch, "The
jackknife and the bootstrap for general stationary observations", 1989 (blocks). Equal seeds
draw equal samples, for every metric and for both sides of a comparison.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.score.metric.port import Resampled, improvement

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Metric


class Interval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure and the interval it is likely in."""

    value: float
    low: float
    high: float


def interval(
    metric: Metric,
    y: Floats,
    p: Floats,
    days: Instants,
    *,
    seed: int,
    repeats: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Return a metric with its percentile interval.

    Args:
        metric: What to score by.
        y: Outcomes, (n,).
        p: Predictions, (n, k) or (n,).
        days: Each row's day, as any integers, (n,).
        seed: Of the random draw of days.
        repeats: How many samples are drawn.
        level: The share of samples inside the interval.

    Raises:
        DataError: There are no rows, or not one day per row.
    """
    blocks, counts = _draw(y, days, repeats=repeats, seed=seed)
    return _interval(metric.value(y, p), scores(metric, y, p, blocks, counts), level)


def gain(
    metric: Metric,
    y: Floats,
    p: Floats,
    q: Floats,
    days: Instants,
    *,
    seed: int,
    repeats: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Return how much better ``p`` scores than ``q`` on the same rows, paired in every sample.

    Positive means that ``p`` is better, whichever direction the metric has. Arguments as for
    `interval`.

    Raises:
        DataError: There are no rows, or not one day per row.
    """
    blocks, counts = _draw(y, days, repeats=repeats, seed=seed)
    value = improvement(metric, metric.value(y, p), metric.value(y, q))
    of_p, of_q = (scores(metric, y, side, blocks, counts) for side in (p, q))
    return _interval(value, improvement(metric, of_p, of_q), level)


def _draw(y: Floats, days: Instants, *, repeats: int, seed: int) -> tuple[Instants, Floats]:
    """Return each row's block, and how often each block occurs in each sample."""
    if not len(y) or days.shape != y.shape:
        raise DataError(f"expected a day for each of one or more rows, got {days.shape}, {y.shape}")
    distinct, blocks = np.unique(days, return_inverse=True)
    return blocks, draw_days(len(distinct), repeats, seed)


@lru_cache(maxsize=8)
def draw_days(days: int, repeats: int, seed: int) -> Floats:
    """Return how often each day occurs in each sample of as many days, (repeats, days)."""
    chances = np.full(days, 1 / days)
    counts = np.random.default_rng(seed).multinomial(days, chances, size=repeats).astype(np.float64)
    counts.flags.writeable = False  # the cache returns the same array to all
    return counts


def scores(metric: Metric, y: Floats, p: Floats, blocks: Instants, counts: Floats) -> Floats:
    """Return a metric's score for each sample of blocks, (samples,); NaN where it has none.

    Args:
        metric: What to score by.
        y: Outcomes, (n,).
        p: Predictions, (n, k) or (n,).
        blocks: Each row's block, counted from 0, (n,).
        counts: How often each block occurs in each sample, (samples, blocks).
    """
    losses = metric.losses(y, p)
    if losses is not None:
        sums = np.bincount(blocks, weights=losses, minlength=counts.shape[1])
        rows = np.bincount(blocks, minlength=counts.shape[1])
        return metric.of_mean((counts @ sums) / (counts @ rows))
    if isinstance(metric, Resampled):
        return metric.resampled(y, p, blocks, counts)
    return np.array([_repeated(metric, y, p, count[blocks]) for count in counts])


def _repeated(metric: Metric, y: Floats, p: Floats, times: Floats) -> float:
    """Return a metric's score over repeated rows: slow, and right for any metric."""
    rows = np.repeat(np.arange(len(y)), times.astype(np.int64))
    return metric.value(y[rows], p[rows])


def _interval(value: float, scores: Floats, level: float) -> Interval:
    """Return the percentile interval; samples without a score are left out."""
    defined = scores[np.isfinite(scores)]
    if not len(defined):
        return Interval(value=value, low=float("nan"), high=float("nan"))
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value=value, low=float(low), high=float(high))
