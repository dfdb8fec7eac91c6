"""The result of a run: its scores, what `report.json` keeps, and the files a pipeline tracks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.lifecycle import classify, limitations
from contracts.report.write import to_csv, to_json
from contracts.score.bootstrap import Interval
from production.assembly.proof import RunProof
from production.backtest.evidence import RefreshEvidence, refresh_evidence
from production.backtest.lifecycle_run import LifecycleRun
from production.backtest.score import SIDES, Month, Scoring, monthly, overall
from production.backtest.verdict import RefreshVerdict, judge

if TYPE_CHECKING:
    from pathlib import Path

    from production.backtest.history import History
    from production.metrics import ScoredWindow

METRICS, MONTHS = "metrics.json", "plots/months.csv"


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """A run, scored from outside.

    Attributes:
        product: The product's name.
        kind: What is predicted.
        offset: When a day begins, microseconds after midnight UTC.
        metrics: The contract's metrics, the main one first.
        run: The run.
        overall: Metric with interval, for each of served, still and naive.
        months: The same month by month.
        anti_patterns: Which attributes are anti-patterns, and why.
        cannot: What the lifecycle cannot do.
        warnings: What the configuration was warned of, and what failed without ending the run.
        proof: The proof that the two sides of the contract are equivalent; None without one.
        evidence: What a refresh was worth, in figures.
    """

    product: str
    kind: str
    offset: int
    metrics: tuple[str, ...]
    run: LifecycleRun
    overall: dict[str, dict[str, Interval]]
    months: tuple[Month, ...]
    anti_patterns: tuple[str, ...]
    cannot: tuple[str, ...]
    warnings: tuple[str, ...]
    proof: RunProof | None
    evidence: RefreshEvidence

    @property
    def verdict(self) -> RefreshVerdict:
        """What a refresh was worth."""
        return judge(self.evidence)

    @property
    def known(self) -> dict[str, float]:
        """What the lifecycle itself knew of each metric: its windows averaged over their rows.

        Empty for a lifecycle that evaluates nothing. An area averaged over windows is not the area
        over all rows: it is what an evaluation by window can say.
        """
        return {name: _mean(self.run.windows, name) for name in self.metrics if self.run.windows}


def score_run(
    run: LifecycleRun,
    history: History,
    *,
    scoring: Scoring,
    warnings: tuple[str, ...],
    proof: RunProof | None,
) -> RunResult:
    """Return a run with its scores and the verdict on it."""
    contract, offset = history.product.contract, history.offset
    metrics = tuple(term.name for term in contract.metrics)
    reasons = classify(run.lifecycle).reasons
    scores = overall(run.predictions, metrics, offset=offset, resampling=scoring.bootstrap)
    main = {side: scores[side][metrics[0]] for side in SIDES}
    return RunResult(
        product=contract.product,
        kind=contract.kind,
        offset=offset,
        metrics=metrics,
        run=run,
        overall=scores,
        months=monthly(run.predictions, run.requests, run.invalid.times, metrics, offset=offset),
        anti_patterns=tuple(f"{each.attribute}: {each.why}" for each in reasons),
        cannot=limitations(run.lifecycle),
        warnings=(*warnings, *_failures(run)),
        proof=proof,
        evidence=refresh_evidence(run, main, history=history, scoring=scoring),
    )


def _failures(run: LifecycleRun) -> tuple[str, ...]:
    """Return what went wrong during a run and did not end it, or is to be known of its data."""
    failures = []
    if run.invalid.checks:
        answered = "no prediction" if run.invalid.answer == "refuse" else "the naive baseline's"
        checks = "; ".join(f"{check}, {count:,}" for check, count in run.invalid.checks.items())
        failures.append(
            f"{len(run.invalid.times):,} requests are invalid by the contract, or the model failed "
            f"on them, and have {answered}, which is not scored: {checks}"
        )
    if run.broken:
        failures.append(f"{run.broken} generations passed the gate, were broken, and never served")
    if run.fallbacks:
        failures.append(f"the selector failed {run.fallbacks} times; the champion stood in for it")
    if run.predictions.unlisted:
        failures.append(
            f"{run.predictions.unlisted:,} outcomes are labels that the contract does not list: no "
            "training saw them, and each counts as a miss in every score"
        )
    return tuple(failures)


def _mean(windows: tuple[ScoredWindow, ...], metric: str) -> float:
    scored = [window for window in windows if metric in window.served]
    rows = sum(window.rows for window in scored)
    total = sum(window.rows * window.served[metric] for window in scored)
    return total / rows if rows else float("nan")


def report_data(result: RunResult) -> dict[str, Any]:
    """Return what `report.json` holds of a run."""
    run = result.run
    return {
        "product": result.product,
        "lifecycle": {"name": run.name, "attributes": msgspec.to_builtins(run.lifecycle)},
        "scored_by": "report",
        "verdict": result.verdict,
        **_counts(run),
        "metrics": result.overall["served"],
        "still": result.overall["still"],
        "naive": result.overall["naive"],
        "months": result.months,
        "training_seconds": run.training_seconds,
        "verdicts": Counter(training.verdict for training in run.trainings),
        "refreshes": run.trainings,
        "windows": run.windows,
        "invalid": {
            "answer": run.invalid.answer,
            "requests": len(run.invalid.times),
            "checks": run.invalid.checks,
        },
        "received": run.received,
        "broken": run.broken,
        "fallbacks": run.fallbacks,
        "known": result.known,
        "anti_patterns": result.anti_patterns,
        "cannot": result.cannot,
        "warnings": result.warnings,
        "proof": result.proof,
        "seconds": run.seconds,
    }


def write_tracked(result: RunResult, folder: Path) -> None:
    """Write ``metrics.json`` and ``plots/months.csv``: equal runs give equal bytes, so no seconds.

    They hold values alone; the report has the intervals.
    """
    values = {
        side: {name: each.value for name, each in scores.items()}
        for side, scores in result.overall.items()
    }
    main = result.metrics[0]
    rows = (
        {"month": month.month, "metric": main} | {side: month.metrics[side][main] for side in SIDES}
        for month in result.months
    )
    claim(folder)
    claim((folder / MONTHS).parent)
    write_file(folder / METRICS, to_json({**values, **_counts(result.run)}))
    write_file(folder / MONTHS, to_csv(rows))


def _counts(run: LifecycleRun) -> dict[str, int]:
    return {
        "events": len(run.requests),
        "outcomes": len(run.predictions.times),
        "unlisted": run.predictions.unlisted,
        "generations": len(run.generations),
        "trainings": len(run.trainings),
    }
