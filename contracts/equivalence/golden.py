"""The clause `golden`: the recorded inputs give the recorded predictions, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec
import numpy as np

from contracts.contract.terms import Pair
from contracts.equivalence.verdict import Verdict
from contracts.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case
    from contracts.ports import Floats

WORST = 5


class Golden(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At least a share of the golden rows is predicted as recorded.

    Attributes:
        absolute: Largest difference allowed, in the prediction's unit.
        relative: Largest difference allowed as a share of what was recorded, added to it.
        fraction: The share of rows that must be within.
    """

    absolute: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    relative: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    fraction: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0

    name: ClassVar[str] = "golden"
    pair: ClassVar[Pair] = "recorded"

    def __call__(self, case: Case) -> Verdict:
        """Replay the golden inputs through the candidate as served, in a batch and one by one."""
        recorded, rows = case.golden.expected, case.golden.rows
        replays = {
            "in a batch": case.predict(case.candidate, rows),
            "one by one": case.predict_each(case.candidate, rows),
        }
        tolerance = Tolerance(absolute=self.absolute, relative=self.relative, rows=self.fraction)
        within = {way: tolerance.within(recorded, made) for way, made in replays.items()}
        worst = min(within, key=lambda way: within[way])
        return Verdict(
            clause=self.name,
            pair=self.pair,
            outcome="equivalent" if within[worst] >= self.fraction else "different",
            message=(
                f"{within[worst]:.1%} of {len(recorded)} golden rows, predicted {worst}, are "
                f"within {self._allowed} of what was recorded; at least {self.fraction:.1%} must be"
            ),
            observed=within[worst],
            limit=self.fraction,
            evidence={"way": worst, **_evidence(case, recorded, replays[worst])},
        )

    @property
    def _allowed(self) -> str:
        return f"{self.absolute:g}" + (f" + {self.relative:g} of it" if self.relative else "")


def _evidence(case: Case, recorded: Floats, replayed: Floats) -> dict[str, Any]:
    """Return the size of the differences and the rows where they are largest."""
    difference = np.abs(replayed - recorded).max(axis=1)
    worst = np.argsort(-difference, kind="stable")[:WORST]
    rows = case.golden.rows.take(worst).to_pylist()
    return {
        "largest": float(difference.max()),
        "median": float(np.median(difference)),
        "worst": [
            {
                "row": int(at),
                "recorded": recorded[at].tolist(),
                "replayed": replayed[at].tolist(),
                "inputs": inputs,
            }
            for at, inputs in zip(worst, rows, strict=True)
            if difference[at] > 0
        ],
    }
