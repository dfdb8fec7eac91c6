"""Means of events in clusters: the events of one key are not independent of each other."""

from __future__ import annotations

from math import inf, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from contracts.score.bootstrap import Interval

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants


def effective(weights: Floats, key: Instants) -> float:
    """Return how many keys of equal weight estimate a mean as well as these do.

    Source: L. Kish, "Survey Sampling", 1965.

    Args:
        weights: The weight of each event, (n,); negative ones count by their size.
        key: The key of each event, (n,).

    >>> effective(np.array([1.0, 1.0, 2.0]), np.array([0, 0, 1]))
    2.0
    >>> round(effective(np.array([1.0, 1.0, 8.0]), np.array([0, 1, 2])), 2)
    1.52
    """
    sums = np.bincount(key, weights=np.abs(weights))
    squares = float((sums**2).sum())
    return float(sums.sum() ** 2) / squares if squares else 0.0


def standard_error(values: Floats, key: Instants) -> float:
    """Return the standard error of a mean over events whose keys were drawn, not they themselves.

    Source: K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear
    models", 1986: the sum of squared sums of residuals by cluster.

    Args:
        values: The value of each event, (n,).
        key: The key of each event, (n,).
    """
    keys = len(np.unique(key))
    if keys < 2:
        return inf
    sums = np.bincount(key, weights=values - values.mean())
    return sqrt(float((sums**2).sum()) * keys / (keys - 1)) / len(values)


def clustered(values: Floats, key: Instants, *, alpha: float, keys: float) -> Interval:
    """Return the mean of events with an interval that misses the true one with probability alpha.

    Args:
        values: The value of each event, (n,).
        key: The key of each event, (n,).
        alpha: The probability to miss.
        keys: How many keys of equal weight there are, see `effective`: few widen the interval.
    """
    if not len(values):
        return Interval(value=nan, low=nan, high=nan)
    mean, error = float(values.mean()), standard_error(values, key)
    margin = error * float(stdtrit(max(1.0, keys - 1), 1 - alpha / 2)) if error else 0.0
    return Interval(value=mean, low=mean - margin, high=mean + margin)
