"""What a solution scores on a window nothing was tuned on, beside the naive baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.data.calendar import days
from contracts.moment import DAY
from contracts.score.bootstrap import Interval, gain, interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.ports import Baseline
    from contracts.score.metric.port import Metric
    from research.learn.experiment import Experiment


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One metric, with day-block bootstrap intervals.

    Attributes:
        solution: What the solution scored.
        baseline: What the naive baseline scored.
        gain: How much better the solution is, paired: positive is better.
    """

    solution: Interval
    baseline: Interval
    gain: Interval


class ScoredPredictions(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions for the n rows of the test window, and what they scored.

    Attributes:
        trained: How many rows the solution was fitted on.
        unlisted: How many more the training window has whose label the target does not list.
        y: The outcomes as numbers, (n,).
        p: The solution's predictions, (n, k).
        q: The baseline's, (n, k).
        days: Each row's day, (n,).
        scores: By metric.
    """

    trained: int
    unlisted: int
    y: Any
    p: Any
    q: Any
    days: Any
    scores: dict[str, Score]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the test window: the instant it begins, its events, and both sides' score."""

    start: int
    events: int
    solution: float
    baseline: float


def evaluate(
    experiment: Experiment,
    *,
    params: Mapping[str, Any],
    baseline: Baseline,
    metrics: Sequence[Metric],
    offset: int,
) -> ScoredPredictions:
    """Return what parameters score on the plan's test window.

    The solution is fitted on the training window as known at its end. The baseline sees, at each
    event, all that had arrived before.

    Args:
        experiment: Rows, target, learner and plan.
        params: The learner's parameters.
        baseline: What the solution is compared with.
        metrics: What both are scored by.
        offset: When the product's day begins, microseconds after midnight UTC.

    Raises:
        DataError: A window has no rows, or predictions are not as the target asks.
    """
    rows, plan = experiment.rows, experiment.plan
    train, test = experiment.train, experiment.test
    y, p = experiment.predict(train, test, params)
    q = baseline.predict(test.times, arrived=rows.arrived, outcomes=rows.outcomes)
    blocks = days(test.times, offset=offset)

    def score(metric: Metric) -> Score:
        draw = {"seed": plan.seed, "repeats": plan.repeats}
        return Score(
            solution=interval(metric, y, p, blocks, **draw),
            baseline=interval(metric, y, q, blocks, **draw),
            gain=gain(metric, y, p, q, blocks, **draw),
        )

    return ScoredPredictions(
        trained=len(train) - train.unlisted,
        unlisted=train.unlisted,
        y=y,
        p=p,
        q=q,
        days=blocks,
        scores={metric.name: score(metric) for metric in metrics},
    )


def random_split_scores(
    experiment: Experiment, *, params: Mapping[str, Any], metrics: Sequence[Metric]
) -> dict[str, float]:
    """Return what parameters score on random rows of the plan, fitted on the others.

    It is the mistake that splits by time avoid: rows of one day share that day's conditions, and a
    random split tests the model on days it has seen. As many rows are tested as the test window
    has, so that the sizes are those of `evaluate`.
    """
    rows, tested = experiment.rows, len(experiment.test)
    order = np.random.default_rng(experiment.plan.seed).permutation(len(rows))
    test, train = rows.take(np.sort(order[:tested])), rows.take(np.sort(order[tested:]))
    y, p = experiment.predict(train, test, params)
    return {metric.name: metric.value(y, p) for metric in metrics}


def daily(metric: Metric, scored: ScoredPredictions, *, offset: int) -> tuple[Day, ...]:
    """Return one metric by day of the test window."""
    return tuple(
        Day(
            start=int(day) * DAY + offset,
            events=int(inside.sum()),
            solution=metric.value(scored.y[inside], scored.p[inside]),
            baseline=metric.value(scored.y[inside], scored.q[inside]),
        )
        for day in np.unique(scored.days)
        for inside in [scored.days == day]
    )


def defined_by_day(metrics: Sequence[Metric], scored: ScoredPredictions) -> Metric:
    """Return the first metric that every day has, being a mean over rows; else the first."""
    two = scored.y[:2], scored.p[:2]
    return next((metric for metric in metrics if metric.losses(*two) is not None), metrics[0])
