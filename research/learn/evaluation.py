"""What a solution scores on a window nothing was tuned on, beside the naive baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.data.predictions import predict
from contracts.score.bootstrap import Interval, days, gain, interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.data.labelled import LabelledRows
    from contracts.kind import Predicted
    from contracts.ports import Baseline, Learner
    from contracts.score.metric.port import Metric
    from research.learn.plan import Plan


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
        y: The outcomes as numbers, (n,).
        p: The solution's predictions, (n, k).
        q: The baseline's, (n, k).
        days: Each row's day, (n,).
        scores: By metric.
    """

    trained: int
    y: Any
    p: Any
    q: Any
    days: Any
    scores: dict[str, Score]


def evaluate(
    rows: LabelledRows,
    *,
    target: Predicted,
    learner: Learner,
    baseline: Baseline,
    metrics: Sequence[Metric],
    plan: Plan,
    params: dict[str, Any],
    offset: int,
) -> ScoredPredictions:
    """Return what parameters score on the plan's test window.

    The solution is fitted on the training window as known at its end. The baseline sees, at each
    event, all that had arrived before.

    Args:
        rows: The plan's labelled rows.
        target: What is predicted.
        learner: Makes the model.
        baseline: What it is compared with.
        metrics: What both are scored by.
        plan: Windows and seed.
        params: The learner's parameters.
        offset: When the product's day begins, microseconds after midnight UTC.

    Raises:
        DataError: A window has no rows, or predictions are not as the target asks.
    """
    train = rows.window(plan.start, plan.end, known_by=plan.end)
    test = rows.window(plan.test_start, plan.test_end, known_by=plan.test_end)
    model = learner.fit(train.examples, params=params, seed=plan.seed)
    y, p = test.outcomes(target), predict(model, test.rows, target)
    q = baseline.predict(test.times, arrived=rows.arrived, outcomes=rows.outcomes(target))
    blocks = days(test.times, offset=offset)

    def score(metric: Metric) -> Score:
        draw = {"seed": plan.seed, "repeats": plan.repeats}
        return Score(
            solution=interval(metric, y, p, blocks, **draw),
            baseline=interval(metric, y, q, blocks, **draw),
            gain=gain(metric, y, p, q, blocks, **draw),
        )

    return ScoredPredictions(
        trained=len(train),
        y=y,
        p=p,
        q=q,
        days=blocks,
        scores={metric.name: score(metric) for metric in metrics},
    )


def random_split_scores(
    rows: LabelledRows,
    *,
    target: Predicted,
    learner: Learner,
    metrics: Sequence[Metric],
    plan: Plan,
    params: dict[str, Any],
) -> dict[str, float]:
    """Return what parameters score on random rows of the plan, fitted on the others.

    It is the mistake that splits by time avoid: rows of one day share that day's conditions, and a
    random split tests the model on days it has seen. As many rows are tested as the test window
    has, so that the sizes are those of `evaluate`.

    Args: as for `evaluate`.
    """
    tested = len(rows.window(plan.test_start, plan.test_end, known_by=plan.test_end))
    order = np.random.default_rng(plan.seed).permutation(len(rows))
    test, train = rows.take(np.sort(order[:tested])), rows.take(np.sort(order[tested:]))
    model = learner.fit(train.examples, params=params, seed=plan.seed)
    y, p = test.outcomes(target), predict(model, test.rows, target)
    return {metric.name: metric.value(y, p) for metric in metrics}
