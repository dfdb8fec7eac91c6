"""Day-block bootstrap: how sure a metric is, when rows of one day are anything but independent.

Whole days are drawn with replacement, so what a day's rows share stays together. Source: B. Efron,
R. J. Tibshirani, "An Introduction to the Bootstrap", 1993 (percentile interval); H. R. Künsch, "The
jackknife and the bootstrap for general stationary observations", 1989 (blocks). One seed means one
draw, for every metric and for both sides of a comparison.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.moment import DAY

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Metric


class Interval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure and the interval it is likely in."""

    value: float
    low: float
    high: float


@runtime_checkable
class Resampled(Protocol):
    """What a metric that is no mean may have, to be as quick as one."""

    def resampled(self, y: Floats, p: Floats, blocks: Instants, counts: Floats) -> Floats:
        """Return a score for each sample, given how often each block of rows occurs in it."""


def days(times: Instants, *, offset: int = 0) -> Instants:
    """Return the day of each instant, counted from 1970-01-01, for days that start at ``offset``.

    >>> import numpy as np
    >>> days(np.array([0, DAY]), offset=5 * 3_600_000_000)
    array([-1,  0])
    """
    return np.asarray((times - offset) // DAY)


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
        seed: Of the draw of days.
        repeats: How many samples are drawn.
        level: The share of samples inside the interval.

    Raises:
        DataError: There are no rows, or not one day a row.
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

    Positive means that ``p`` is better, whichever way the metric counts. Arguments as for
    `interval`.

    Raises:
        DataError: There are no rows, or not one day a row.
    """
    blocks, counts = _draw(y, days, repeats=repeats, seed=seed)
    sign = 1.0 if metric.direction == "higher" else -1.0
    ours, theirs = (scores(metric, y, side, blocks, counts) for side in (p, q))
    return _interval(
        sign * (metric.value(y, p) - metric.value(y, q)), sign * (ours - theirs), level
    )


def _draw(y: Floats, days: Instants, *, repeats: int, seed: int) -> tuple[Instants, Floats]:
    """Return each row's block, and how often each block occurs in each sample."""
    if not len(y) or days.shape != y.shape:
        raise DataError(f"expected a day for each of one or more rows, got {days.shape}, {y.shape}")
    found, blocks = np.unique(days, return_inverse=True)
    return blocks, drawn(len(found), repeats, seed)


@lru_cache(maxsize=8)
def drawn(days: int, repeats: int, seed: int) -> Floats:
    """Return how often each day occurs in each sample of as many days, (repeats, days)."""
    chances = np.full(days, 1 / days)
    counts = np.random.default_rng(seed).multinomial(days, chances, size=repeats).astype(np.float64)
    counts.flags.writeable = False  # whoever asks for the same draw is given the same array
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
    return np.array([_gathered(metric, y, p, count[blocks]) for count in counts])


def _gathered(metric: Metric, y: Floats, p: Floats, times: Floats) -> float:
    """Return a metric's score over rows repeated: slow, and right for any metric."""
    rows = np.repeat(np.arange(len(y)), times.astype(np.int64))
    return metric.value(y[rows], p[rows])


def _interval(value: float, scores: Floats, level: float) -> Interval:
    """Return the percentile interval; samples that define no score have no say."""
    defined = scores[np.isfinite(scores)]
    if not len(defined):
        return Interval(value=value, low=float("nan"), high=float("nan"))
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value=value, low=float(low), high=float(high))
