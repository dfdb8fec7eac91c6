"""Model: with the last refresh predictions of the same events moved as far as they usually do.

The reference tells whose step it is: if its own fit lies a usual step from the generation before,
what moved is the implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from production.agents.parity.finding import ParityFinding
from production.agents.rules.evidence import distance

if TYPE_CHECKING:
    from production.agents.parity.evidence import ParityEvidence


class UsualModelStep:
    """The step from the generation before is at most a few times the usual one.

    Args:
        times: How many times the usual step it may be.
        least: With fewer rows nobody can tell.
    """

    def __init__(self, *, times: float, least: int) -> None:
        self._times, self._least = times, least

    def find(self, evidence: ParityEvidence, *, data_moved: bool) -> ParityFinding:
        """Return whether the model has moved.

        Args:
            evidence: What to judge by.
            data_moved: Whether the inputs have: then the step is not the model's own.
        """
        previous, usual, rows = evidence.previous, evidence.usual, len(evidence.ids)
        if previous is None:
            return _not_judged("it is the first generation")
        if usual is None:
            return _not_judged("too few refreshes are on record to say what a usual step is")
        if rows < self._least:
            return _not_judged(f"{rows:,} rows are fewer than the {self._least:,} that tell")
        step = own = distance(evidence.candidate, previous)
        if evidence.reference is not None:
            step = min(own, distance(evidence.reference, previous))
        far = step > self._times * usual
        why = (
            f"predictions of {rows:,} rows moved by {step:.3g} with the last refresh, "
            f"{step / usual:.2g} times the usual {usual:.3g}, at most {self._times:g} is expected"
        )
        if far and data_moved:
            why += "; the inputs moved too, so this is not the model's own"
        rings = far and not data_moved
        sizes = np.abs(evidence.candidate - previous).max(axis=1, initial=0.0)
        return ParityFinding(
            rule="model",
            moved="model",
            rings=rings,
            why=why,
            figures={"rows": rows, "step": own, "usual": usual, "times": step / usual},
            rows=evidence.worst(sizes, "candidate", "previous") if rings else (),
        )


def _not_judged(why: str) -> ParityFinding:
    return ParityFinding(rule="model", moved="model", rings=False, why=why)
