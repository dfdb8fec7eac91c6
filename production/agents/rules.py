"""The rules of the gate: each judges a challenger by itself, and its finding goes on record.

A new rule is one more class with the method `find`, listed where the gate makes its rules.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric as find_metric

if TYPE_CHECKING:
    from contracts.contract.terms import MetricTerm
    from contracts.score.metric.port import Metric

#: ``undecided``: the holdout's outcomes cannot tell.
FindingVerdict = Literal["passed", "failed", "undecided"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found of one challenger.

    Attributes:
        rule: The rule's name.
        verdict: Whether the challenger passed.
        why: The figures it was judged by, in words.
    """

    rule: str
    verdict: FindingVerdict
    why: str


class GateEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What rules judge a challenger by.

    Attributes:
        outcomes: How many outcomes arrived within the holdout.
        scores: Metrics over them by name: the challenger's, ``champion.…`` and ``naive.…``.
        first: Whether there is no champion: the challenger is a first generation.
    """

    outcomes: int
    scores: Mapping[str, float]
    first: bool


class GateRule(Protocol):
    """One condition on a challenger."""

    def find(self, evidence: GateEvidence) -> Finding:
        """Return what the rule finds."""


class EnoughOutcomes:
    """The holdout has outcomes enough to judge by; with fewer the other rules are not asked.

    Args:
        least: The least number of outcomes.
    """

    def __init__(self, least: int) -> None:
        self._least = least

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether there are enough."""
        enough = evidence.outcomes >= self._least
        count = f"{evidence.outcomes:,} outcomes arrived within the holdout"
        why = count if enough else f"{count}, {self._least:,} are needed to judge"
        return Finding(rule="outcomes", verdict="passed" if enough else "undecided", why=why)


class Skill:
    """The gain over the naive baseline is at least what the contract asks for by one metric.

    Args:
        term: The metric, and its least skill.
    """

    def __init__(self, term: MetricTerm) -> None:
        self._term, self._metric = term, find_metric(term.name)

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the skill is reached."""
        name, least = self._term.name, self._term.skill
        score, naive = evidence.scores[name], evidence.scores[f"naive.{name}"]
        skill = improvement(self._metric, score, naive)
        below = "" if skill >= least else "below "
        return Finding(
            rule=f"skill.{name}",
            verdict=_verdict(naive, passed=skill >= least),
            why=f"{name}: skill {skill:.4f}, {below}the contract's {least:g}",
        )


class NotWorse:
    """The challenger is not worse than the champion by more than a margin.

    Args:
        metric: The metric that they are compared by.
        margin: How much worse the challenger may be.
    """

    def __init__(self, metric: Metric, margin: float) -> None:
        self._metric, self._margin = metric, margin

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the challenger may take the champion's place."""
        if evidence.first:
            return Finding(rule="champion", verdict="passed", why="the first generation")
        name = self._metric.name
        score, champion = evidence.scores[name], evidence.scores[f"champion.{name}"]
        passed = -improvement(self._metric, score, champion) <= self._margin
        return Finding(
            rule="champion",
            verdict=_verdict(champion, passed=passed),
            why=f"{name} {score:.4f}, champion {champion:.4f}",
        )


def _verdict(other: float, *, passed: bool) -> FindingVerdict:
    """Return the verdict of a comparison: nothing can be told where the other side has no score.

    An area, say, is undefined where all outcomes of the holdout are alike.
    """
    if math.isnan(other):
        return "undecided"
    return "passed" if passed else "failed"
