"""The clause `golden`: the recorded inputs give the recorded predictions, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import numpy as np

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Most, Size
from contracts.equivalence.probes.differences import examples, sizes, worst
from contracts.equivalence.verdict import Verdict
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case
    from contracts.ports import Floats


class Golden(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At least a share of the golden rows is predicted as recorded.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit.
        relative: Largest difference allowed as a share of what was recorded, added to it.
        fraction: The share of rows that must be within.
    """

    absolute: Size = 0.0
    relative: Size = 0.0
    fraction: Most = 1.0

    name: ClassVar[str] = "golden"
    pairs: ClassVar[tuple[Pair, ...]] = ("recorded",)
    eases: ClassVar[Mapping[str, Ease]] = {"absolute": "up", "relative": "up", "fraction": "down"}

    def __call__(self, case: Case) -> Verdict:
        """Replay the golden inputs through the candidate as served, in a batch and one by one."""
        recorded, rows = case.golden.expected, case.golden.rows
        replays = {
            "in a batch": case.predict(case.candidate, rows),
            "one by one": case.predict_each(case.candidate, rows),
        }
        tolerance = Tolerance(absolute=self.absolute, relative=self.relative, rows=self.fraction)
        within = {way: tolerance.within(recorded, made) for way, made in replays.items()}
        way = min(within, key=lambda way: within[way])
        held = tolerance.holds(recorded, replays[way])
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent" if held else "different",
            message=(
                f"{within[way]:.1%} of {len(recorded)} golden rows, predicted {way}, are "
                f"within {self._allowed} of what was recorded; at least {self.fraction:.1%} must be"
            ),
            observed=within[way],
            limit=self.fraction,
            evidence={"way": way, **_evidence(case, recorded, replays[way])},
        )

    @property
    def _allowed(self) -> str:
        return f"{self.absolute:g}" + (f" + {self.relative:g} of it" if self.relative else "")


def _evidence(case: Case, recorded: Floats, replayed: Floats) -> dict[str, Any]:
    """Return the size of the differences and the rows where they are largest."""
    size = sizes(recorded, replayed)
    at = worst(size)
    return {
        "largest": float(size.max()),
        "median": float(np.median(size)),
        "worst": examples(at[size[at] > 0], case.golden.rows, recorded=recorded, replayed=replayed),
    }
