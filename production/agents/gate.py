"""The gate: what a new generation must achieve before it may serve.

Thresholds on rolling data are skill against the naive baseline, because a hard month is hard for
every model; the contract's absolute thresholds are for the contract's own test window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from contracts.moment import Duration, duration
from contracts.score.metric.registry import metric, one_of
from production.agents.rules import EnoughOutcomes, Finding, GateEvidence, NotWorse, Skill
from production.registry.trainings import Verdict

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Floats
    from production.agents.rules import GateRule

#: What becomes of a challenger that nobody can judge.
Undecided = Literal["keep", "promote"]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's judgement of one challenger.

    Attributes:
        verdict: Whether the challenger may serve: ``promoted``, ``refused``, or ``undecided``,
            where what serves is kept because the holdout cannot tell.
        why: The reason in words: the finding that decided.
        scores: Metrics by name: the challenger's, ``champion.…`` and ``naive.…``.
        findings: What each rule found.
    """

    verdict: Verdict
    why: str
    scores: Mapping[str, float] = {}
    findings: tuple[Finding, ...] = ()


class Gate:
    """Judges a challenger by rules: enough outcomes, the contract's skill, the champion.

    One rule that is failed refuses the challenger. Where none is failed and one is undecided,
    ``undecided`` says what happens.

    Args:
        contract: States each metric's least skill.
        holdout: The time before the moment whose outcomes neither was trained on, such as ``3d``.
        margin: How much worse than the champion a challenger may be.
        metric: The metric of the contract that champion and challenger are compared by; its first
            where none is named.
        least: With fewer outcomes in the holdout nothing is judged: below 30 the mean of a loss is
            too uncertain for any comparison of means.
        undecided: ``keep`` what serves, or ``promote`` the challenger.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        holdout: Duration,
        margin: float,
        metric: str | None = None,
        least: Annotated[int, msgspec.Meta(ge=1)] = 30,
        undecided: Undecided = "keep",
    ) -> None:
        self.holdout = duration(holdout)
        self._undecided = undecided
        self._names = sorted(term.name for term in contract.metrics)
        compared = one_of([term.name for term in contract.metrics], metric, key="gate.metric")
        self._enough = EnoughOutcomes(least)
        self._rules: tuple[GateRule, ...] = (
            *(Skill(term) for term in contract.metrics),
            NotWorse(compared, margin),
        )

    @property
    def needs_outcomes(self) -> bool:
        """Whether a challenger may not serve where the holdout has no outcome."""
        return bool(self.holdout) and self._undecided == "keep"

    def judge(
        self, *, truth: Floats, challenger: Floats, naive: Floats, champion: Floats | None
    ) -> Judgement:
        """Return whether a challenger may serve, judged by predictions for the holdout's n rows.

        Args:
            truth: The outcomes as numbers, (n,).
            challenger: The challenger's predictions, (n, k).
            naive: The naive baseline's predictions, (n, k).
            champion: The champion's predictions, (n, k); none for a first generation.
        """
        if not self.holdout:
            return Judgement(verdict="promoted", why="no holdout to judge by")
        sides = {"": challenger, "naive.": naive, "champion.": champion}
        evidence = GateEvidence(
            outcomes=len(truth),
            scores=self._scores(truth, sides) if len(truth) else {},
            first=champion is None,
        )
        findings = [self._enough.find(evidence)]
        if findings[0].verdict == "passed":
            findings += [rule.find(evidence) for rule in self._rules]
        return self._judgement(tuple(findings), evidence)

    def _judgement(self, findings: tuple[Finding, ...], evidence: GateEvidence) -> Judgement:
        """Return what follows from the findings: the worst of them decides."""
        by_verdict = {finding.verdict: finding for finding in reversed(findings)}
        verdict: Verdict
        if failed := by_verdict.get("failed"):
            verdict, why = "refused", failed.why
        elif undecided := by_verdict.get("undecided"):
            verdict = "undecided" if self._undecided == "keep" else "promoted"
            why = f"undecided: {undecided.why} (gate.undecided={self._undecided})"
        else:
            verdict, why = "promoted", findings[-1].why
        return Judgement(verdict=verdict, why=why, scores=evidence.scores, findings=findings)

    def _scores(self, truth: Floats, sides: Mapping[str, Floats | None]) -> dict[str, float]:
        return {
            f"{side}{name}": metric(name).value(truth, predicted)
            for side, predicted in sides.items()
            if predicted is not None
            for name in self._names
        }
