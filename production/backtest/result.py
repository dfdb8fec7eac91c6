"""A run with its scores: what the page shows, the table prints, and the JSON keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.lifecycle import cannot, classify
from contracts.report.table import Table
from contracts.score.bootstrap import Interval
from production.backtest.proof import RunProof
from production.backtest.score import Month, Resampling, monthly, overall
from production.backtest.table import by_month
from production.backtest.trial import Trial

if TYPE_CHECKING:
    from production.backtest.ready import Ready
    from production.triggers.runtime import Window


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run, scored from outside.

    Attributes:
        product: The product's name.
        kind: What is predicted.
        metrics: The contract's metrics, the main one first.
        trial: The run.
        overall: Metric with interval, for each of served, still and naive.
        months: The same month by month.
        table: The months as a table.
        anti_patterns: Which attributes are anti-patterns, and why.
        cannot: What the lifecycle cannot do.
        warnings: What the configuration was warned of.
        proof: What holds the two sides of the contract together; None where nothing was proven.
    """

    product: str
    kind: str
    metrics: tuple[str, ...]
    trial: Trial
    overall: dict[str, dict[str, Interval]]
    months: tuple[Month, ...]
    table: Table
    anti_patterns: tuple[str, ...]
    cannot: tuple[str, ...]
    warnings: tuple[str, ...]
    proof: RunProof | None

    @property
    def known(self) -> dict[str, float]:
        """What the lifecycle itself knew of each metric: its windows averaged over their rows.

        Empty for a lifecycle that evaluates nothing. An area averaged over windows is not the area
        over all rows: it is what an evaluation by window can say.
        """
        return {
            name: _mean(self.trial.windows, name) for name in self.metrics if self.trial.windows
        }

    @property
    def training_seconds(self) -> float:
        """What all attempts took."""
        return sum(training.seconds for training in self.trial.trainings)


def result(
    trial: Trial,
    ready: Ready,
    *,
    by: Resampling,
    warnings: tuple[str, ...],
    proof: RunProof | None,
) -> Result:
    """Return a run with its scores."""
    metrics = tuple(term.name for term in ready.contract.metrics)
    scores = overall(trial.judged, metrics, offset=ready.offset, by=by)
    rows = monthly(trial.judged, trial.requests, metrics, offset=ready.offset)
    reasons = classify(trial.lifecycle).reasons
    return Result(
        product=ready.contract.product,
        kind=ready.contract.kind,
        metrics=metrics,
        trial=trial,
        overall=scores,
        months=rows,
        table=by_month(trial, rows, scores, metrics=metrics, offset=ready.offset),
        anti_patterns=tuple(f"{each.attribute}: {each.why}" for each in reasons),
        cannot=cannot(trial.lifecycle),
        warnings=(*warnings, *_noted(trial)),
        proof=proof,
    )


def _noted(trial: Trial) -> tuple[str, ...]:
    """Return what went wrong during a run and did not end it."""
    noted = []
    if trial.broken:
        noted.append(f"{trial.broken} generations passed the gate, were broken, and never served")
    if trial.fallbacks:
        noted.append(f"the selector failed {trial.fallbacks} times; the champion stood in for it")
    return tuple(noted)


def _mean(windows: tuple[Window, ...], metric: str) -> float:
    scored = [window for window in windows if metric in window.served]
    rows = sum(window.rows for window in scored)
    total = sum(window.rows * window.served[metric] for window in scored)
    return total / rows if rows else float("nan")


def data(found: Result) -> dict[str, Any]:
    """Return what a machine reads of a run."""
    trial = found.trial
    return {
        "product": found.product,
        "lifecycle": {"name": trial.name, "attributes": msgspec.to_builtins(trial.lifecycle)},
        "scored_by": "report",
        "events": len(trial.requests),
        "outcomes": len(trial.judged.times),
        "metrics": found.overall["served"],
        "still": found.overall["still"],
        "naive": found.overall["naive"],
        "months": found.months,
        "generations": len(trial.generations),
        "trainings": len(trial.trainings),
        "training_seconds": found.training_seconds,
        "refreshes": trial.trainings,
        "windows": trial.windows,
        "received": trial.received,
        "broken": trial.broken,
        "fallbacks": trial.fallbacks,
        "known": found.known,
        "anti_patterns": found.anti_patterns,
        "cannot": found.cannot,
        "warnings": found.warnings,
        "proof": found.proof,
        "seconds": trial.seconds,
    }
