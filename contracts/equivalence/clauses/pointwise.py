"""The clause `pointwise`: both sides predict the same number, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.equivalence.clause import Clause, NonNegative, PositiveShare, Result
from contracts.equivalence.probes.differences import (
    allowed_rows,
    examples,
    largest_at,
    quantiles,
    sizes,
    tolerance_text,
)
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Pointwise(Clause, frozen=True, kw_only=True):
    """At least a share of the test window's rows is within a tolerance, and none beyond a largest.

    A row is within if each of its k predictions differs from the reference's by no more than
    ``absolute + relative * |the reference's|``.

    Attributes:
        absolute: Largest difference within, in the prediction's unit.
        relative: Largest difference within as a share of the reference's prediction, added to it.
        fraction: The share of rows that must be within.
        largest: The most that any row may differ by, in the prediction's unit; null for no limit.
    """

    absolute: NonNegative = 0.0
    relative: NonNegative = 0.0
    fraction: PositiveShare = 1.0
    largest: NonNegative | None = None

    name = "pointwise"
    pairs = ("same_state", "same_data")
    eases = {"absolute": "up", "relative": "up", "fraction": "down", "largest": "up"}

    def __call__(self, case: Case) -> Result:
        """Compare the two sides' predictions on the test window's rows."""
        reference, candidate = case.expected, case.predicted
        size, n = sizes(reference, candidate), len(candidate)
        tolerance = Tolerance(absolute=self.absolute, relative=self.relative)
        outside = int((~tolerance.mask(reference, candidate)).sum())
        may, furthest = allowed_rows(n, share=1 - self.fraction), float(size.max(initial=0.0))
        within_largest = self.largest is None or furthest <= self.largest
        # The rows furthest beyond what is allowed, of those that differ at all.
        within = self.absolute + self.relative * np.abs(reference)
        at = largest_at((np.abs(candidate - reference) - within).max(axis=1))
        return Result(
            status="equivalent" if outside <= may and within_largest else "different",
            message=(
                f"{outside:,} of {n:,} rows differ from the reference by more than "
                f"{tolerance_text(self.absolute, self.relative)}, at most {may:,} may; "
                f"the largest difference is {furthest:.3g}"
                + ("" if self.largest is None else f", at most {self.largest:g} allowed")
            ),
            observed=1 - outside / max(1, n),
            limit=self.fraction,
            evidence={
                "rows": n,
                "outside": outside,
                "allowed": may,
                "quantiles": quantiles(size),
                "worst": examples(
                    at[size[at] > 0],
                    case.sample.rows,
                    ids=case.sample.ids,
                    reference=reference,
                    candidate=candidate,
                ),
            },
        )
