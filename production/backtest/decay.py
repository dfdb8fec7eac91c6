"""When a static first generation begins to fall behind what was served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.data.calendar import days, weeks
from contracts.moment import DAY
from contracts.score.bootstrap import gain
from contracts.score.metric.port import improvement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Metric
    from production.backtest.score import Resampling, RunPredictions

#: The least number of weeks before and after the moment: fewer cannot be judged.
WEEKS = 4
#: The level of the interval after the moment, if there were one moment to choose.
LEVEL = 0.95


def decay_start(
    predictions: RunPredictions,
    metric: Metric,
    *,
    margin: float,
    offset: int,
    resampling: Resampling,
) -> int | None:
    """Return from when on a static first generation is worse than what was served, by a margin.

    The moment is the beginning of the week after which daily gains rise most, in units of their
    standard error. It counts if before it the static generation was worse by no more than the
    margin, and after it the interval of the gain lies above the margin. The week is chosen among
    several, so the interval's level is raised by their number (Bonferroni).

    Args:
        predictions: Events with an outcome.
        metric: What to score by; one that is no mean of losses has no daily gain.
        margin: The largest difference without meaning, in the metric's unit.
        offset: When a day begins, microseconds after midnight UTC.
        resampling: How intervals are drawn.

    Returns:
        Microseconds; None if the static generation keeps up, or falls behind from the beginning.
    """
    moments = np.unique(weeks(predictions.times, offset))[WEEKS:-WEEKS]
    sides = predictions.served, predictions.still
    daily = daily_losses(predictions, sides, metric, offset)
    if daily is None or not len(moments):
        return None
    starts, losses = daily
    gains = improvement(metric, *losses)
    moment = int(moments[np.argmax([_rise(starts, gains, moment) for moment in moments])])
    before, after = (
        predictions.where(predictions.times < moment),
        predictions.where(predictions.times >= moment),
    )
    gain_before = improvement(
        metric, metric.value(before.truth, before.served), metric.value(before.truth, before.still)
    )
    gain_after = gain(
        metric,
        after.truth,
        after.served,
        after.still,
        days(after.times, offset=offset),
        seed=resampling.seed,
        repeats=resampling.repeats,
        level=1 - (1 - LEVEL) / len(moments),
    )
    return moment if gain_before <= margin < gain_after.low else None


def daily_losses(
    predictions: RunPredictions, sides: Sequence[Floats], metric: Metric, offset: int
) -> tuple[Instants, list[Floats]] | None:
    """Return when each day began, and the mean loss of its rows for each side.

    Args:
        predictions: n events with an outcome.
        sides: Predictions of them, (n, k) each.
        metric: What to score by.
        offset: When a day begins, microseconds after midnight UTC.

    Returns:
        The days and, for each side, a loss a day; none for a metric that is no mean of losses.
    """
    distinct, of_row = np.unique(days(predictions.times, offset=offset), return_inverse=True)
    rows = np.bincount(of_row)
    daily: list[Floats] = []
    for side in sides:
        losses = metric.losses(predictions.truth, side)
        if losses is None:
            return None
        daily.append(np.bincount(of_row, weights=losses) / rows)
    return distinct * DAY + offset, daily


def _rise(starts: Instants, gains: Floats, moment: int) -> float:
    """Return by how much daily gains are higher from a moment on, in standard errors."""
    before, after = gains[starts < moment], gains[starts >= moment]
    error = np.sqrt(before.var() / len(before) + after.var() / len(after))
    rise = after.mean() - before.mean()
    return float(rise / error) if error else float(np.sign(rise))
