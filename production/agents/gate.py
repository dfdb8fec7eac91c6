"""The gate: what a new generation must achieve before it may serve.

Its rules are those that told honest refreshes from injected breaks on several products: history
stays as it was, no loss is a tenth worse, predictions move about as far as they usually do. A bare
comparison of losses, or a significance test of it, refuses honest ones and lets broken ones pass;
`benchmarks/gate.py` measures all of this.

Thresholds on rolling data are skill against the naive baseline, because a hard month is hard for
every model; the contract's absolute thresholds are for the contract's own test window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from contracts.moment import Duration, duration
from contracts.score.metric.registry import metric, one_of
from production.agents.rules.alarm import HoldoutInDoubt
from production.agents.rules.champion import NotMuchWorse
from production.agents.rules.evidence import GateEvidence, HoldoutPredictions, measures
from production.agents.rules.finding import Finding
from production.agents.rules.history import UnchangedHistory
from production.agents.rules.outcomes import EnoughOutcomes
from production.agents.rules.refit import CloseRefit
from production.agents.rules.reproduction import Reproduced
from production.agents.rules.skill import Skill
from production.agents.rules.step import UsualStep
from production.agents.track_record import TrackRecord
from production.registry.trainings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.contract import Contract
    from contracts.ports import Floats
    from production.agents.row_digests import HistoryChange
    from production.agents.rules.port import GateRule

#: What becomes of a challenger that nobody can judge.
Undecided = Literal["keep", "promote"]
#: A share, a number of times or of deviations that a rule allows; None leaves the rule out.
Limit = Annotated[float, msgspec.Meta(ge=0)] | None


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's judgement of one challenger.

    Attributes:
        verdict: Whether the challenger may serve: ``promoted``; ``refused``; ``alarmed``, where the
            holdout is in doubt; or ``undecided``, where what serves is kept because the holdout
            cannot tell.
        why: The reason in words: the finding that decided.
        scores: Metrics by name: the challenger's, ``champion.…`` and ``naive.…``.
        measures: What else rules judged by, and later refreshes compare with: see `GateEvidence`.
        findings: What each rule found.
    """

    verdict: Verdict
    why: str
    scores: Mapping[str, float] = {}
    measures: Mapping[str, float] = {}
    findings: tuple[Finding, ...] = ()


class Gate:
    """Judges a challenger by rules, in this order.

    History is unchanged, the step is a usual one, the champion can be reproduced; the holdout is
    not in doubt; then the contract's skill, and the champion. The first rule that is failed refuses
    the challenger, and a holdout in doubt holds it back. Where neither is so and a rule is
    undecided, ``undecided`` says what happens.

    Args:
        contract: States each metric's least skill.
        holdout: The time before the moment whose outcomes neither was trained on, such as ``3d``.
        metric: The metric of the contract that champion and challenger are compared by; its first
            where none is named.
        least: With fewer outcomes in the holdout nothing is judged by it: below 30 the mean of a
            loss is too uncertain for any comparison of means.
        undecided: ``keep`` what serves, or ``promote`` the challenger.
        history: The share of rows known at the last refresh that may have changed.
        margin: By which share of the champion's score a challenger may be worse; one that is better
            by as much may take any step.
        step: How many times as far as usual predictions may move.
        alarm: By how many deviations the champion may be worse than it has been.
        reproduction: Within which part of a usual step the champion must come out when it is fitted
            anew to its own rows: one more fit each time.
        refit: Whether what passed is fitted again to all that is known, the holdout included.
        rules: Further rules, a package's own.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        holdout: Duration,
        metric: str | None = None,
        least: Annotated[int, msgspec.Meta(ge=1)] = 30,
        undecided: Undecided = "keep",
        history: Limit = None,
        margin: Limit = None,
        step: Limit = None,
        alarm: Limit = None,
        reproduction: Limit = None,
        refit: bool = False,
        rules: Sequence[GateRule] = (),
    ) -> None:
        self.holdout = duration(holdout)
        self.compares_history, self.reproduces = history is not None, reproduction is not None
        self.refits = refit and bool(self.holdout)
        self._undecided = undecided
        self._names = sorted(term.name for term in contract.metrics)
        self._metric = one_of([term.name for term in contract.metrics], metric, key="gate.metric")
        self._enough = EnoughOutcomes(least)
        self._refit = CloseRefit(self._metric, times=step)
        own = (
            UnchangedHistory(history) if history is not None else None,
            UsualStep(self._metric, times=step, unless=margin) if step is not None else None,
            Reproduced(reproduction) if reproduction is not None else None,
            HoldoutInDoubt(self._metric, alarm) if alarm is not None else None,
            *(Skill(term) for term in contract.metrics),
            *rules,
            NotMuchWorse(self._metric, margin) if margin is not None else None,
        )
        self._rules: tuple[GateRule, ...] = tuple(rule for rule in own if rule is not None)

    @property
    def needs_outcomes(self) -> bool:
        """Whether a challenger may not serve where the holdout has no outcome."""
        return bool(self.holdout) and self._undecided == "keep"

    def judge_rows(self, history: HistoryChange | None) -> Judgement | None:
        """Return the refusal of rows that nothing should be learned from; none for sound ones.

        Args:
            history: What became of the rows that were known at the last refresh.
        """
        evidence = GateEvidence(outcomes=0, scores={}, first=False, history=history)
        findings = tuple(r.find(evidence) for r in self._rules if not r.needs_outcomes)
        judgement = self._judgement(findings, evidence)
        return judgement if judgement.verdict == "refused" else None

    def judge(
        self,
        predictions: HoldoutPredictions,
        *,
        record: TrackRecord = TrackRecord(),  # noqa: B008 - frozen
        history: HistoryChange | None = None,
        news: int | None = None,
        steps: bool = True,
    ) -> Judgement:
        """Return whether a challenger may serve.

        Args:
            predictions: Predictions of the holdout's n rows.
            record: What earlier refreshes came to.
            history: What became of the rows that were known at the last one.
            news: How many rows a resumed challenger has learned that the champion has not; none
                for one that was fitted anew.
            steps: Whether its step can be compared with earlier ones: not where it was made in
                another way, which moves predictions by itself.
        """
        truth = predictions.truth
        taken = measures(predictions, self._metric, news=news)
        if not steps:
            taken.pop("step", None)
        evidence = GateEvidence(
            outcomes=len(truth),
            scores=self._scores(predictions) if len(truth) else {},
            measures=taken,
            first=predictions.champion is None,
            record=record,
            history=history,
        )
        return self._judgement((*self._findings(evidence),), evidence)

    def judge_refit(
        self,
        *,
        truth: Floats,
        challenger: Floats,
        refit: Floats,
        record: TrackRecord,
        news: int | None = None,
    ) -> Finding:
        """Return whether a refit serves in the place of its challenger: see `CloseRefit`."""
        return self._refit.find(
            truth=truth, challenger=challenger, refit=refit, record=record, news=news
        )

    def _findings(self, evidence: GateEvidence) -> Iterator[Finding]:
        """Yield what each rule finds; those that need outcomes are asked where there are enough."""
        enough = None
        for rule in self._rules:
            if rule.needs_outcomes and enough is None and self.holdout:
                enough = self._enough.find(evidence)
                yield enough
            if not rule.needs_outcomes or (enough is not None and enough.verdict == "passed"):
                yield rule.find(evidence)

    def _judgement(self, findings: tuple[Finding, ...], evidence: GateEvidence) -> Judgement:
        """Return what follows from the findings: the first that is failed or alarmed decides."""
        verdict: Verdict
        decisive = next((each for each in findings if each.verdict in {"failed", "alarmed"}), None)
        undecided = next((each for each in findings if each.verdict == "undecided"), None)
        if decisive:
            verdict = "refused" if decisive.verdict == "failed" else "alarmed"
            why = f"{decisive.rule}: {decisive.why}"
        elif undecided:
            verdict = "undecided" if self._undecided == "keep" else "promoted"
            why = f"undecided: {undecided.why} (gate.undecided={self._undecided})"
        else:
            verdict = "promoted"
            why = findings[-1].why if findings and self.holdout else "no holdout to judge by"
        return Judgement(
            verdict=verdict,
            why=why,
            scores=evidence.scores,
            measures=evidence.measures,
            findings=findings,
        )

    def _scores(self, predictions: HoldoutPredictions) -> dict[str, float]:
        sides = {
            "": predictions.challenger,
            "naive.": predictions.naive,
            "champion.": predictions.champion,
        }
        return {
            f"{side}{name}": metric(name).value(predictions.truth, predicted)
            for side, predicted in sides.items()
            if predicted is not None
            for name in self._names
        }
