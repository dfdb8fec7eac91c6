"""What an interval for a difference proves against a margin: the two one-sided tests.

A difference is equivalent when its (1 - 2 alpha) interval lies inside the margin, which is the same
as both one-sided tests refusing at alpha (Schuirmann 1987, doi:10.1007/BF01068419).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from contracts.bootstrap import Interval


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A conclusion, and the rows it would about take to reach one where there is none.

    Attributes:
        outcome: ``different`` when the whole interval lies beyond the margin.
        rows: The rows at which an interval shrinking with their root would conclude; infinite
            where the difference sits on the margin.
    """

    outcome: Literal["equivalent", "different", "inconclusive"]
    rows: float


def conclude(difference: Interval, *, margin: float, rows: int) -> Conclusion:
    """Return what the interval of a difference over some rows proves.

    Args:
        difference: The candidate's minus the reference's value, with its (1 - 2 alpha) interval.
        margin: The largest difference without meaning; either sign.
        rows: How many rows the interval was drawn from.
    """
    if -margin < difference.low and difference.high < margin:
        return Conclusion(outcome="equivalent", rows=rows)
    if difference.low > margin or difference.high < -margin:
        return Conclusion(outcome="different", rows=rows)
    distance = abs(margin - abs(difference.value))
    half = max(difference.high - difference.value, difference.value - difference.low)
    needed = rows * (half / distance) ** 2 if distance else math.inf
    return Conclusion(outcome="inconclusive", rows=max(needed, rows + 1))
