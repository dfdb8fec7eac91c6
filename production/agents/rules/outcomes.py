"""Enough outcomes: with fewer, the rules that judge by the holdout are not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from production.agents.rules.finding import Finding

if TYPE_CHECKING:
    from production.agents.rules.evidence import GateEvidence


class EnoughOutcomes:
    """The holdout has outcomes enough to judge by.

    Args:
        least: The least number of outcomes.
    """

    needs_outcomes: ClassVar[bool] = False

    def __init__(self, least: int) -> None:
        self._least = least

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether there are enough."""
        enough = evidence.outcomes >= self._least
        count = f"{evidence.outcomes:,} outcomes arrived within the holdout"
        return Finding(
            rule="outcomes",
            verdict="passed" if enough else "undecided",
            why=count if enough else f"{count}, {self._least:,} are needed to judge",
            figures={"outcomes": evidence.outcomes, "least": self._least},
        )
