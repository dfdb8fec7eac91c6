"""The task `learn`: search, fit, and one test on a window that nothing was tuned on."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.host.clock import Stopwatch
from contracts.moment import duration
from contracts.report.progress import silent
from contracts.report.write import write_report
from contracts.score.calibration import calibration
from contracts.score.metric.registry import metric
from research.learn.evaluation import daily, defined_by_day, evaluate, random_split_scores
from research.learn.experiment import Experiment, fetch_conforming, labelled
from research.learn.page import page
from research.learn.result import LearningResult, write_tracked
from research.learn.search import LAST, Search
from research.learn.segments import segment_scores
from research.learn.study import recorded, search_name

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from contracts.config.product import Plan
    from contracts.kind import Predicted
    from contracts.ports import Baseline, Learner, Source
    from contracts.report.page import Head
    from contracts.report.progress import ShowStep
    from contracts.schema.columns import Columns
    from contracts.score.metric.port import Metric
    from research.learn.study import RecordedTrials


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
    solution: str = "",
    study: Path | None = None,
    progress: ShowStep = silent,
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
        solution: The digest of the solution's configuration and code; trials on record count while
            it is the same.
        study: The file in which trials are recorded, so that an interrupted search goes on and a
            longer one tries what is new alone; None records nothing.
        progress: Shows each step.

    Raises:
        ConfigError: A metric is unknown, or the folds or the search space are impossible.
        DataError: A window has no rows, rows do not conform to the inputs, or predictions are not
            as the target asks.
        LeakError: The source hands over more than was known.
        StateError: The file of the study cannot be read.
    """
    watch, offset = Stopwatch(), duration(day_offset)
    metrics = [metric(name, kind=target.kind) for name in plan.metrics]
    progress("fetching the rows and checking them against the schema")
    rows = labelled(fetch_conforming(source, plan, inputs), target)
    experiment = Experiment(rows=rows, learner=learner, plan=plan)
    tested = len(experiment.test)  # before the search: a window without outcomes ends it at once
    with _record(experiment, study, metrics[0], target.product, solution) as record:
        search = Search(experiment, metric=metrics[0], progress=progress, record=record)
        trials = search.run()
    params, fits = trials[0].params, search.fits
    progress("testing the best", fits=fits, of=fits + LAST)
    scored = evaluate(experiment, params=params, baseline=baseline, metrics=metrics, offset=offset)
    by_day = defined_by_day(metrics, scored)
    segments, small = segment_scores(experiment.train, experiment.test, scored, by_day)
    progress("testing what a random split would claim", fits=fits + 1, of=fits + LAST)
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
        segments=segments,
        small=small,
    )
    data: dict[str, Any] = {
        **msgspec.to_builtins(result),
        "reused": search.reused,
        "seconds": watch.seconds(),
    }
    write_tracked(result, output)
    write_report(page(result, head=head), data, output)
    return data


def _record(
    experiment: Experiment, study: Path | None, metric: Metric, product: str, solution: str
) -> AbstractContextManager[RecordedTrials | None]:
    """Return the record of the search; without a file, or a search, there is none."""
    plan = experiment.plan
    if study is None or not plan.space or plan.trials < 1:
        return nullcontext()
    name = search_name(experiment, metric=metric.name, product=product, solution=solution)
    return recorded(study, name, space=plan.space, direction=metric.direction)
