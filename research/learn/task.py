"""The task `learn`: search, fit, and one test on a window that nothing was tuned on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.host.clock import Stopwatch
from contracts.moment import duration
from contracts.report.write import write_report
from contracts.score.calibration import calibration
from contracts.score.metric.registry import metric
from research.learn.evaluation import daily, defined_by_day, evaluate, random_split_scores
from research.learn.experiment import Experiment, fetch_conforming, labelled
from research.learn.page import page
from research.learn.result import LearningResult, write_tracked
from research.learn.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.config.product import Plan
    from contracts.kind import Predicted
    from contracts.ports import Baseline, Learner, Source
    from contracts.report.page import Head
    from contracts.schema.columns import Columns


def silent(_: str) -> None:
    """Report no progress."""


def learn(
    *,
    source: Source,
    inputs: Columns,
    target: Predicted,
    learner: Learner,
    baseline: Baseline,
    plan: Plan,
    output: Path,
    head: Head,
    day_offset: str = "0",
    progress: Callable[[str], None] = silent,
) -> dict[str, Any]:
    """Search parameters, test the best ones once, write report, metrics and plots; return the data.

    The source is asked once, for the whole of the plan's windows.

    Args:
        source: Where the rows come from.
        inputs: The columns that the solution takes.
        target: What is predicted.
        learner: The solution.
        baseline: What it is compared with.
        plan: Windows, metrics, search and seed; the first metric scores the trials.
        output: The folder of ``report.*``, ``result.json``, ``metrics.json`` and ``plots/``.
        head: What made the report.
        day_offset: When the product's day begins, after midnight UTC.
        progress: Called with a line of text before each step.

    Raises:
        ConfigError: A metric is unknown, or the folds or the search space are impossible.
        DataError: A window has no rows, rows do not conform to the inputs, or predictions are not
            as the target asks.
        LeakError: The source hands over more than was known.
    """
    watch, offset = Stopwatch(), duration(day_offset)
    metrics = [metric(name, kind=target.kind) for name in plan.metrics]
    progress("fetching the rows and checking them against the schema")
    rows = labelled(fetch_conforming(source, plan, inputs), target)
    experiment = Experiment(rows=rows, learner=learner, plan=plan)
    tested = len(experiment.test)  # before the search: a window without outcomes ends it at once
    trials = Search(experiment, metric=metrics[0], progress=progress).run()
    params = trials[0].params
    progress("testing the best")
    scored = evaluate(experiment, params=params, baseline=baseline, metrics=metrics, offset=offset)
    by_day = defined_by_day(metrics, scored)
    progress("testing what a random split would claim")
    result = LearningResult(
        plan=plan,
        day_offset=day_offset,
        params=params,
        trained=scored.trained,
        tested=tested,
        unlisted=(scored.unlisted, experiment.test.unlisted),
        scores=scored.scores,
        shuffled=random_split_scores(experiment, params=params, metrics=metrics),
        trials=trials,
        calibration=calibration(target.kind, scored.y, scored.p),
        daily=daily(by_day, scored, offset=offset),
        daily_metric=by_day.name,
    )
    data: dict[str, Any] = {**msgspec.to_builtins(result), "seconds": watch.seconds()}
    write_tracked(result, output)
    write_report(page(result, head=head), data, output)
    return data
