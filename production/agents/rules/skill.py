"""Skill: the gain over the naive baseline is at least what the contract asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric
from production.agents.rules.comparison import compared
from production.agents.rules.finding import Finding

if TYPE_CHECKING:
    from contracts.contract.terms import MetricTerm
    from production.agents.rules.evidence import GateEvidence


class Skill:
    """The gain over the naive baseline is at least what the contract asks for by one metric.

    Args:
        term: The metric, and its least skill.
    """

    needs_outcomes: ClassVar[bool] = True

    def __init__(self, term: MetricTerm) -> None:
        self._term, self._metric = term, metric(term.name)

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the skill is reached."""
        name, least = self._term.name, self._term.skill
        score, naive = evidence.scores[name], evidence.scores[f"naive.{name}"]
        skill = improvement(self._metric, score, naive)
        below = "" if skill >= least else "below "
        return Finding(
            rule=f"skill.{name}",
            verdict=compared(naive, passed=skill >= least),
            why=f"{name}: skill {skill:.4f}, {below}the contract's {least:g}",
            figures={"skill": skill, "least": least},
        )
