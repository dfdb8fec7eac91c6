"""The task `learn`: search, fit, and one test on a window that nothing was tuned on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.host.clock import Stopwatch
from contracts.moment import duration
from contracts.report.write import write_report
from research.learn.calibration import calibration
from research.learn.daily import averaged, daily
from research.learn.evaluation import evaluate, random_split_scores
from research.learn.page import page
from research.learn.result import Result
from research.learn.rows import fetch_conforming, labelled
from research.learn.search import Search
from research.learn.tracked import track

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from contracts.kind import Predicted
    from contracts.ports import Baseline, Learner, Source
    from contracts.report.page import Head
    from contracts.schema.columns import Columns
    from contracts.score.metric.port import Metric
    from research.learn.evaluation import ScoredPredictions
    from research.learn.plan import Plan
    from research.tune import Trial


def silent(_: str) -> None:
    """Say nothing of the progress."""


def learn(
    *,
    source: Source,
    inputs: Columns,
    target: Predicted,
    learner: Learner,
    baseline: Baseline,
    metrics: Sequence[Metric],
    plan: Plan,
    output: Path,
    head: Head,
    day_offset: str = "0",
    progress: Callable[[str], None] = silent,
) -> dict[str, Any]:
    """Search parameters, test the best ones once, write report, metrics and plots; return the data.

    Args:
        source: Where the rows come from.
        inputs: The columns that the solution takes.
        target: What the outcome is.
        learner: The solution.
        baseline: What it is compared with.
        metrics: What both are scored by; the first values the trials.
        plan: Windows, search and seed.
        output: The folder of ``report.*``, ``result.json``, ``metrics.json`` and ``plots/``.
        head: What made the report.
        day_offset: When the product's day begins, after midnight UTC.
        progress: Told of each step.

    Raises:
        ConfigError: The windows or the search space cannot be.
        DataError: A window has no rows, rows do not conform to the inputs, or predictions are not
            as the target says.
        LeakError: The source hands over more than was known.
    """
    watch, offset = Stopwatch(), duration(day_offset)
    progress("fetching the rows and checking them against the schema")
    rows = labelled(fetch_conforming(source, plan, inputs))
    given: dict[str, Any] = {"target": target, "learner": learner, "plan": plan}
    trials = Search(rows, **given, metric=metrics[0], progress=progress).run()
    choice: dict[str, Any] = {**given, "params": trials[0].params, "metrics": metrics}
    progress("testing the best")
    tested = evaluate(rows, **choice, baseline=baseline, offset=offset)
    progress("testing what a random split would claim")
    claimed = random_split_scores(rows, **choice)
    found = _result(plan, target, metrics, trials, tested, claimed, day_offset)
    data: dict[str, Any] = {**msgspec.to_builtins(found), "seconds": watch.seconds()}
    track(found, output)
    write_report(page(found, head=head), data, output)
    return data


def _result(  # noqa: PLR0917 - gathers what the steps found
    plan: Plan,
    target: Predicted,
    metrics: Sequence[Metric],
    trials: tuple[Trial, ...],
    tested: ScoredPredictions,
    claimed: dict[str, float],
    day_offset: str,
) -> Result:
    by_day = averaged(metrics, tested.y, tested.p)
    return Result(
        plan=plan,
        day_offset=day_offset,
        params=trials[0].params,
        trained=tested.trained,
        tested=len(tested.y),
        scores=tested.scores,
        shuffled=claimed,
        trials=trials,
        calibration=calibration(target, tested.y, tested.p),
        daily=daily(by_day, tested, offset=duration(day_offset)),
        daily_metric=by_day.name,
    )
