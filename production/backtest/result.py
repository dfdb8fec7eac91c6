"""A run with its scores: what the page shows, the table prints, and the JSON keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.lifecycle import classify, limitations
from contracts.report.table import Table
from contracts.score.bootstrap import Interval
from production.backtest.lifecycle_run import LifecycleRun
from production.backtest.proof import RunProof
from production.backtest.score import Month, Resampling, monthly, overall
from production.backtest.table import by_month

if TYPE_CHECKING:
    from production.backtest.history import History
    from production.triggers import ScoredWindow


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run, scored from outside.

    Attributes:
        product: The product's name.
        kind: What is predicted.
        metrics: The contract's metrics, the main one first.
        run: The run.
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
    run: LifecycleRun
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
        return {name: _mean(self.run.windows, name) for name in self.metrics if self.run.windows}

    @property
    def training_seconds(self) -> float:
        """What all trainings took."""
        return sum(training.seconds for training in self.run.trainings)


def result(
    run: LifecycleRun,
    history: History,
    *,
    by: Resampling,
    warnings: tuple[str, ...],
    proof: RunProof | None,
) -> Result:
    """Return a run with its scores."""
    metrics = tuple(term.name for term in history.product.contract.metrics)
    scores = overall(run.judged, metrics, offset=history.offset, by=by)
    rows = monthly(run.judged, run.requests, metrics, offset=history.offset)
    reasons = classify(run.lifecycle).reasons
    return Result(
        product=history.product.contract.product,
        kind=history.product.contract.kind,
        metrics=metrics,
        run=run,
        overall=scores,
        months=rows,
        table=by_month(run, rows, scores, metrics=metrics, offset=history.offset),
        anti_patterns=tuple(f"{each.attribute}: {each.why}" for each in reasons),
        cannot=limitations(run.lifecycle),
        warnings=(*warnings, *_noted(run)),
        proof=proof,
    )


def _noted(run: LifecycleRun) -> tuple[str, ...]:
    """Return what went wrong during a run and did not end it."""
    noted = []
    if run.broken:
        noted.append(f"{run.broken} generations passed the gate, were broken, and never served")
    if run.fallbacks:
        noted.append(f"the selector failed {run.fallbacks} times; the champion stood in for it")
    return tuple(noted)


def _mean(windows: tuple[ScoredWindow, ...], metric: str) -> float:
    scored = [window for window in windows if metric in window.served]
    rows = sum(window.rows for window in scored)
    total = sum(window.rows * window.served[metric] for window in scored)
    return total / rows if rows else float("nan")


def data(found: Result) -> dict[str, Any]:
    """Return what a machine reads of a run."""
    run = found.run
    return {
        "product": found.product,
        "lifecycle": {"name": run.name, "attributes": msgspec.to_builtins(run.lifecycle)},
        "scored_by": "report",
        "events": len(run.requests),
        "outcomes": len(run.judged.times),
        "metrics": found.overall["served"],
        "still": found.overall["still"],
        "naive": found.overall["naive"],
        "months": found.months,
        "generations": len(run.generations),
        "trainings": len(run.trainings),
        "training_seconds": found.training_seconds,
        "refreshes": run.trainings,
        "windows": run.windows,
        "received": run.received,
        "broken": run.broken,
        "fallbacks": run.fallbacks,
        "known": found.known,
        "anti_patterns": found.anti_patterns,
        "cannot": found.cannot,
        "warnings": found.warnings,
        "proof": found.proof,
        "seconds": run.seconds,
    }
