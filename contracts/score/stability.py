"""How far the distribution of a column has moved: the population stability index.

Source: N. Siddiqi, "Credit Risk Scorecards", 2006, where .1 is a small move and .25 a large one;
B. Yurdakul, "Statistical Properties of Population Stability Index", 2018, for what chance gives.
"""

from __future__ import annotations

from math import fsum, pi, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.ports import Floats

#: What is added to the count of each bin, so that an empty one gives a finite index.
SMOOTHING = 0.5
#: The smallest probability that a normal quantile is asked for.
TINY = 1e-300


def shares(counts: Floats) -> Floats:
    """Return the share of each bin, none of them 0."""
    smoothed = counts + SMOOTHING
    return np.asarray(smoothed / smoothed.sum(), np.float64)


def stability_index(expected: Floats, observed: Floats) -> float:
    """Return how far observed counts have moved from expected ones, bin by bin; 0 for not at all.

    >>> import numpy as np
    >>> round(stability_index(np.array([50.0, 50.0]), np.array([500.0, 500.0])), 6)
    0.0
    >>> round(stability_index(np.array([50.0, 50.0]), np.array([80.0, 20.0])), 2)
    0.41
    """
    p, q = shares(expected), shares(observed)
    return float(((q - p) * np.log(q / p)).sum())


def index_by_chance(bins: int, expected: int, observed: int, *, alpha: float) -> float:
    """Return the index that two samples of one distribution exceed with a probability of alpha.

    The index times ``1 / (1 / expected + 1 / observed)`` is about chi-squared with ``bins - 1``
    degrees of freedom, whose quantile is that of E. B. Wilson and M. M. Hilferty, "The distribution
    of chi-square", 1931: with few bins it lies a little above the true one.

    Args:
        bins: The number of bins.
        expected: The size of the sample that the other is compared with, above 0.
        observed: The size of the other, above 0.
        alpha: The probability, above 0 and below 1.

    >>> round(index_by_chance(10, 1000, 1000, alpha=0.05), 4)
    0.0338
    """
    freedom = max(bins - 1, 1)
    part = 2 / (9 * freedom)
    quantile: float = freedom * (1 - part + upper(alpha) * sqrt(part)) ** 3
    return quantile * (1 / expected + 1 / observed)


def index_by_habit(past: Floats, *, alpha: float) -> float:
    """Return the index that a further window exceeds with a probability of alpha, by earlier ones.

    Days differ from each other by more than chance within a day gives. The logarithms of earlier
    windows' indices are taken as normal, and the limit is that of a prediction by Student's t: few
    windows say little of how far apart they are.

    Args:
        past: The indices of earlier windows, two at least, each above 0.
        alpha: The probability, above 0 and below 1.
    """
    logs = np.log(past)
    spread = float(logs.std(ddof=1)) * sqrt(1 + 1 / len(past))
    return float(np.exp(logs.mean() + students(upper(alpha), len(past) - 1) * spread))


def share_of_look(look: int, *, alpha: float) -> float:
    """Return the probability of a false alarm that one look may have: over all of them it is alpha.

    >>> round(sum(share_of_look(look, alpha=0.05) for look in range(1, 10_000)), 4)
    0.05
    """
    return alpha * 6 / pi**2 / look**2


def upper(alpha: float) -> float:
    """Return the normal quantile that is exceeded with a probability of alpha.

    >>> round(upper(0.025), 2)
    1.96
    """
    return -NormalDist().inv_cdf(max(alpha, TINY))


def students(z: float, freedom: int) -> float:
    """Return the quantile of Student's t at the probability of a normal quantile.

    By its expansion in M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 1964,
    26.7.5, which falls short far into the tail of very few degrees of freedom.

    >>> round(students(1.959964, 20), 3), round(students(1.959964, 1_000_000), 3)
    (2.086, 1.96)
    """
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + fsum(term / float(freedom) ** power for power, term in enumerate(terms, 1))
