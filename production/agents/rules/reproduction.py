"""Reproduction: the champion fitted anew to its own rows comes out the same.

It costs a fit, and sees what changed in code, libraries or machine since the champion was trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from production.agents.rules.finding import Finding
from production.agents.rules.step import usual_step

if TYPE_CHECKING:
    from production.agents.rules.evidence import GateEvidence


class Reproduced:
    """The champion's predictions move by a small part of a usual step when it is fitted anew.

    Args:
        part: The part of the usual step, such as .1.
    """

    needs_outcomes: ClassVar[bool] = True

    def __init__(self, part: float) -> None:
        self._part = part

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the champion came out the same."""
        moved, usual = evidence.measures.get("reproduced"), usual_step(evidence.record)
        if moved is None or usual is None:
            why = "no champion, or too few steps on record, to compare with"
            return Finding(rule="reproduction", verdict="passed", why=why)
        passed = moved <= self._part * usual
        return Finding(
            rule="reproduction",
            verdict="passed" if passed else "failed",
            why=f"the champion fitted anew predicts {moved:.3g} off, "
            f"{'within' if passed else 'beyond'} {self._part:g} of the usual step {usual:.3g}",
            figures={"moved": moved, "usual": usual, "part": self._part},
        )
