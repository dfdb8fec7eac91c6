"""The port of the gate's rules: an object with the method ``find``, and no base class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from production.agents.rules.evidence import GateEvidence
    from production.agents.rules.finding import Finding


class GateRule(Protocol):
    """One condition on a challenger."""

    @property
    def needs_outcomes(self) -> bool:
        """Whether it judges by the holdout, and so is not asked where that has few outcomes."""

    def find(self, evidence: GateEvidence) -> Finding:
        """Return what the rule finds."""
