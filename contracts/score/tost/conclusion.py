"""What a difference proves against a margin: the two one-sided tests.

A difference is equivalent when both its one-sided limits at alpha lie inside the margin, which is
the same as both tests refusing at alpha (D. J. Schuirmann, "A comparison of the two one-sided tests
procedure and the power approach", 1987, doi:10.1007/BF01068419). Neither test needs a correction
for the other: both must refuse (R. L. Berger, J. C. Hsu, "Bioequivalence trials,
intersection-union tests and equivalence confidence sets", 1996).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.score.tost.power import enough

if TYPE_CHECKING:
    from contracts.score.tost.difference import Difference


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A conclusion, and the rows it would about take to reach one where there is none.

    Attributes:
        status: ``different`` when all that lies between t's limits lies beyond the margin.
        low: The lower of the limits that decided.
        high: The higher.
        level: The confidence of the interval between them.
        rows: The rows at which a difference such as this would be concluded four times of five;
            infinite where it sits on the margin, NaN where the days do not say how it varies.
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
        margin: The largest difference without meaning; either sign.
        looks: How many differences are judged besides and with this one. Equivalence asks for all
            of them and needs no correction; that any is different is held to ``alpha / looks``.
    """
    low, high, rows = difference.low, difference.high, float(difference.rows)
    level = 1 - 2 * difference.alpha
    if -margin < low and high < margin:
        return Conclusion(status="equivalent", low=low, high=high, level=level, rows=rows)
    below, above = difference.sure(looks)
    if below > margin or above < -margin:
        level = 1 - 2 * difference.alpha / looks
        return Conclusion(status="different", low=below, high=above, level=level, rows=rows)
    known = difference.defined and math.isfinite(difference.error)
    rows = enough(difference, margin=margin, looks=looks) if known else math.nan
    return Conclusion(status="inconclusive", low=low, high=high, level=level, rows=rows)
