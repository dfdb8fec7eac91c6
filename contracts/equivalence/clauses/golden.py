"""The clause `golden`: the recorded inputs give the recorded predictions, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.equivalence.clause import Clause, NonNegative, PositiveShare, Result
from contracts.equivalence.probes.differences import examples, largest_at, sizes, tolerance_text
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class GoldenClause(Clause, frozen=True, kw_only=True):
    """At least a share of the golden rows is predicted as recorded.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit.
        relative: Largest difference allowed as a share of what was recorded, added to it.
        fraction: The share of rows that must be within.
    """

    absolute: NonNegative = 0.0
    relative: NonNegative = 0.0
    fraction: PositiveShare = 1.0

    name = "golden"
    pairs = ("recorded",)
    eases = {"absolute": "up", "relative": "up", "fraction": "down"}

    def __call__(self, case: Case) -> Result:
        """Predict the golden inputs with the candidate as served, in a batch and one by one."""
        recorded, rows = case.golden.expected, case.golden.rows
        replays = {
            "in a batch": case.predict(case.candidate, rows),
            "one by one": case.predict_each(case.candidate, rows),
        }
        tolerance = Tolerance(absolute=self.absolute, relative=self.relative, rows=self.fraction)
        within = {way: tolerance.within(recorded, replay) for way, replay in replays.items()}
        way = min(within, key=lambda way: within[way])
        size = sizes(recorded, replays[way])
        at = largest_at(size)
        return Result(
            status="equivalent" if tolerance.holds(recorded, replays[way]) else "different",
            message=(
                f"{within[way]:.1%} of {len(recorded)} golden rows, predicted {way}, are within "
                f"{tolerance_text(self.absolute, self.relative)} of what was recorded; "
                f"at least {self.fraction:.1%} must be"
            ),
            observed=within[way],
            limit=self.fraction,
            evidence={
                "way": way,
                "largest": float(size.max()),
                "median": float(np.median(size)),
                "worst": examples(at[size[at] > 0], rows, recorded=recorded, replayed=replays[way]),
            },
        )
