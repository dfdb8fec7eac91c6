"""What a solution is worth on a window nothing was tuned on, beside the naive baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.score.bootstrap import Interval, days, gain, interval
from research.learn.predicted import predicted
from research.learn.windows import Window, window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.ports import Baseline, Learner, Source
    from contracts.score.metric.port import Metric
    from research.learn.plan import Plan
    from research.target import Target


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One metric, with day-block bootstrap intervals.

    Args:
        solution: What the solution scored.
        baseline: What the naive baseline scored.
        gain: How much better the solution is, paired: positive is better.
    """

    solution: Interval
    baseline: Interval
    gain: Interval


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions on the test window, and what they scored.

    Args:
        trained: Rows the solution was fitted on.
        test: The rows that were predicted.
        model: What predicted them.
        y: Their outcomes as numbers, (n,).
        p: The solution's predictions, (n, k).
        q: The baseline's, (n, k).
        days: Each row's day.
        scores: By metric.
    """

    trained: int
    test: Window
    model: Any
    y: Any
    p: Any
    q: Any
    days: Any
    scores: dict[str, Score]


def evaluate(
    *,
    source: Source,
    target: Target,
    learner: Learner,
    baseline: Baseline,
    metrics: Sequence[Metric],
    plan: Plan,
    params: dict[str, Any],
    offset: int,
) -> Evaluation:
    """Return what parameters are worth on the plan's test window.

    The solution is fitted on the training window as known at its end. The baseline sees, at each
    event, all that had arrived before.

    Args:
        source: Where the rows come from.
        target: What the outcome is.
        learner: Makes the model.
        baseline: What it is compared with.
        metrics: What both are scored by.
        plan: Windows and seed.
        params: The learner's parameters.
        offset: When the product's day begins, microseconds after midnight UTC.
    """
    train = window(source, plan.start, plan.end, known_by=plan.end)
    test = window(source, plan.test_start, plan.test_end, known_by=plan.test_end)
    past = window(source, plan.start, plan.test_end, known_by=plan.test_end)
    model = learner.fit(train.examples, params=params, seed=plan.seed)
    y, p = test.y(target), predicted(model, test.rows, target)
    q = baseline.predict(test.times, arrived=past.arrived, outcomes=past.y(target))
    blocks = days(test.times, offset=offset)

    def score(metric: Metric) -> Score:
        draw = {"seed": plan.seed, "repeats": plan.repeats}
        return Score(
            solution=interval(metric, y, p, blocks, **draw),
            baseline=interval(metric, y, q, blocks, **draw),
            gain=gain(metric, y, p, q, blocks, **draw),
        )

    return Evaluation(
        trained=train.table.num_rows,
        test=test,
        model=model,
        y=y,
        p=p,
        q=q,
        days=blocks,
        scores={metric.name: score(metric) for metric in metrics},
    )
