"""How many rows would tell: the chance to conclude as it grows with the days."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.special import ndtr

from contracts.score.tost.limits import quantile

if TYPE_CHECKING:
    from contracts.score.tost.difference import Difference

#: The chance to conclude that is asked of more rows.
POWER = 0.8
#: How many times the days are looked ahead.
FURTHEST = 1e6


def enough(difference: Difference, *, margin: float, looks: int) -> float:
    """Return the rows at which a difference would be concluded with chance `POWER`.

    It is taken to stay as it is and its error to shrink with the root of the days, which grow in
    number and not in rows. Infinite where no number of days would do.

    Source: K. F. Phillips, "Power of the two one-sided tests procedure in bioequivalence", 1990.
    """
    low, high = 1.0, FURTHEST
    if not difference.error or _chance(difference, high, margin, looks) < POWER:
        return math.inf
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        if _chance(difference, middle, margin, looks) < POWER:
            low = middle
        else:
            high = middle
    return max(difference.rows * high, difference.rows + 1)


def _chance(difference: Difference, times: float, margin: float, looks: int) -> float:
    """Return the chance that so many times the days would conclude.

    What skew adds to the limits shrinks with the error.
    """
    shrunk = 1 / math.sqrt(times)
    days, error, value = difference.effective * times, difference.error * shrunk, difference.value
    if abs(value) > margin:
        return float(ndtr((abs(value) - margin) / error - quantile(days, difference.alpha / looks)))
    t = quantile(days, difference.alpha)
    usual = quantile(difference.effective, difference.alpha) * difference.error
    below, above = (t * (1 + (arm / usual - 1) * shrunk) for arm in difference.arms)
    upper, lower = ndtr((margin - value) / error - above), ndtr((margin + value) / error - below)
    return float(max(upper + lower - 1, 0.0))
