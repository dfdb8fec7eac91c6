"""What a difference proves against a margin by two one-sided tests, and how many rows would decide.

A difference is equivalent when both its one-sided limits at alpha lie inside the margin, which is
the same as both tests rejecting at alpha (D. J. Schuirmann, "A comparison of the two one-sided
tests procedure and the power approach", 1987, doi:10.1007/BF01068419). Neither test needs a
correction for the other, because both must reject (R. L. Berger, J. C. Hsu, "Bioequivalence trials,
intersection-union tests and equivalence confidence sets", 1996).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import msgspec
from scipy.special import ndtr

from contracts.score.tost.limits import quantile

if TYPE_CHECKING:
    from contracts.score.tost.difference import Difference

#: The chance of a conclusion that `Conclusion.rows` is computed for.
POWER = 0.8
#: The largest multiple of the days that is considered.
FURTHEST = 1e6


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A conclusion, and about how many rows would be needed where there is none.

    Attributes:
        status: ``different`` when all that lies between t's limits lies beyond the margin.
        low: The lower of the limits that decided.
        high: The higher.
        level: The confidence of the interval between them.
        rows: The rows at which a difference like this would be concluded four times out of five;
            infinite where it lies on the margin, NaN where the days do not show how it varies.
    """

    status: Literal["equivalent", "different", "inconclusive"]
    low: float
    high: float
    level: float
    rows: float


def conclude(difference: Difference, *, margin: float, looks: int = 1) -> Conclusion:
    """Return what a difference proves.

    Args:
        difference: The candidate's gain, with its limits.
        margin: The largest difference without meaning, in either direction.
        looks: How many differences are judged together, this one included. That all of them are
            equivalent needs no correction; that any is different is tested at ``alpha / looks``.
    """
    low, high, rows = difference.low, difference.high, float(difference.rows)
    level = 1 - 2 * difference.alpha
    if -margin < low and high < margin:
        return Conclusion(status="equivalent", low=low, high=high, level=level, rows=rows)
    below, above = difference.t_limits(looks)
    if below > margin or above < -margin:
        level = 1 - 2 * difference.alpha / looks
        return Conclusion(status="different", low=below, high=above, level=level, rows=rows)
    known = difference.defined and math.isfinite(difference.error)
    rows = rows_needed(difference, margin=margin, looks=looks) if known else math.nan
    return Conclusion(status="inconclusive", low=low, high=high, level=level, rows=rows)


def rows_needed(difference: Difference, *, margin: float, looks: int) -> float:
    """Return the rows at which a difference would be concluded with chance `POWER`.

    The difference is assumed to stay as it is, and its error to shrink with the root of the number
    of days, while each day keeps its rows. Infinite where no number of days would do.

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
    """Return the chance of a conclusion from ``times`` as many days.

    What skew adds to the limits is assumed to shrink with the error.
    """
    shrunk = 1 / math.sqrt(times)
    days, error, value = difference.effective * times, difference.error * shrunk, difference.value
    if abs(value) > margin:
        return float(ndtr((abs(value) - margin) / error - quantile(days, difference.alpha / looks)))
    t = quantile(days, difference.alpha)
    reach = quantile(difference.effective, difference.alpha) * difference.error
    below, above = (t * (1 + (arm / reach - 1) * shrunk) for arm in difference.arms)
    upper, lower = ndtr((margin - value) / error - above), ndtr((margin + value) / error - below)
    return float(max(upper + lower - 1, 0.0))
