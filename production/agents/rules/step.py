"""The step: how far the predictions move with a refresh, against how far they usually do.

It needs no outcome to be right, so it also sees what a few days of outcomes cannot: a part of the
rows that was learned wrong, a learner that has become unstable.

A model that is resumed takes up what the last days were like, and that moves the level of all
predictions: a day of storms by ten times as much as a quiet one. So its step is measured but for
the level: a break moves predictions against each other, many times as far as any honest day does,
and a level that is wrong the outcomes of the holdout show. Its steps vary more than those between
fits to all history, so what is usual is what nine in ten of them keep to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from production.agents.rules.comparison import relative_gain
from production.agents.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.score.metric.port import Metric
    from production.agents.rules.evidence import GateEvidence
    from production.agents.track_record import TrackRecord

#: How many of the last promoted steps are looked at, and how few make no history.
LAST, LEAST = 12, 3
#: Of resumed models more steps are looked at, and what is usual is this quantile of them.
LAST_RESUMED, USUAL_RESUMED = 24, 0.9
#: What a challenger that does worse than the champion may take of the step that others may: far and
#: worse together are what breaks do, and hardly ever an honest refresh.
WORSE = 2 / 3


def usual_step(record: TrackRecord, news: float | None = None) -> float | None:
    """Return what is usual among the last promoted steps; none where there are too few.

    A refresh that moved no prediction at all says nothing about how far one that does moves them.

    Args:
        record: What earlier refreshes came to.
        news: How many new rows a resumed model learned: it moves the further, the more there are.
            None for a model that was fitted anew.
    """
    if news is None:
        return _quantile(record.steps[-LAST:], 0.5)
    pace = _quantile(record.paces[-LAST_RESUMED:], USUAL_RESUMED)
    return None if pace is None else pace * news


def _quantile(steps: Sequence[float], share: float) -> float | None:
    """Return a quantile of steps; none where fewer than three moved any prediction."""
    moved = [step for step in steps if step > 0]
    return float(np.quantile(moved, share)) if len(moved) >= LEAST else None


class UsualStep:
    """The predictions move at most a few times as far as usual, unless they are clearly better.

    Without the exception a product that changes for good would keep its last model for good.

    Args:
        metric: The metric that tells which is better.
        times: How many times the usual step a challenger may take; two thirds of that, where it is
            worse than the champion.
        unless: By which share of the champion's score it has to be better to take any; none: never.
    """

    needs_outcomes: ClassVar[bool] = True

    def __init__(self, metric: Metric, *, times: float, unless: float | None) -> None:
        self._metric, self._times, self._unless = metric, times, unless

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the step is a usual one, or a good one."""
        news = evidence.measures.get("news")
        step = evidence.measures.get("step" if news is None else "centred")
        if step is None:
            return Finding(rule="step", verdict="passed", why="nothing to step from")
        usual, figures = usual_step(evidence.record, news), {"step": step}
        if usual is None:
            why = f"predictions move by {step:.3g}: fewer than {LEAST} steps on record to compare"
            return Finding(rule="step", verdict="passed", why=why, figures=figures)
        gain, why = relative_gain(self._metric, evidence.scores), _words(step, usual)
        limit = self._times * (WORSE if gain < 0 else 1)
        passed = step <= limit * usual
        if not passed:
            passed = self._unless is not None and gain >= self._unless
            than = "better" if gain >= 0 else "worse"
            why += f", more than {limit:g}, and it is {abs(gain):.1%} {than} than the champion"
        return Finding(
            rule="step",
            verdict="passed" if passed else "failed",
            why=why,
            figures=figures | {"usual": usual, "times": step / usual, "limit": limit},
        )


def _words(step: float, usual: float) -> str:
    return f"predictions move by {step:.3g}, {step / usual:.2f} times the usual {usual:.3g}"
