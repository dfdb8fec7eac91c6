"""What solution and baseline lost on each day of the test window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.ports import Floats
    from contracts.score.metric.port import Metric
    from research.learn.evaluation import ScoredPredictions


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day: the instant it begins, its events, and both sides' score."""

    start: int
    events: int
    solution: float
    baseline: float


def daily(metric: Metric, found: ScoredPredictions, *, offset: int) -> tuple[Day, ...]:
    """Return one metric by day."""
    return tuple(
        Day(
            start=int(day) * DAY + offset,
            events=int(inside.sum()),
            solution=metric.value(found.y[inside], found.p[inside]),
            baseline=metric.value(found.y[inside], found.q[inside]),
        )
        for day in np.unique(found.days)
        for inside in [found.days == day]
    )


def averaged(metrics: Sequence[Metric], y: Floats, p: Floats) -> Metric:
    """Return the first metric that a day has on its own, as a mean over rows."""
    return next((m for m in metrics if m.losses(y[:2], p[:2]) is not None), metrics[0])
