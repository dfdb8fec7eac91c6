"""Lifecycles on the same history, the best first, and by how much each other was behind it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from msgspec.structs import asdict

from contracts.data.calendar import days
from contracts.moment import DAY
from contracts.score.bootstrap import Interval, gain
from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric
from production.backtest.decay import daily_losses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Metric
    from production.backtest.result import RunResult
    from production.backtest.score import Resampling, RunPredictions

#: Days over which a daily difference is averaged: a month without its weekdays.
SMOOTHED = 28
#: Scores that are no further apart than this part of the margin share a rank.
SAME = 0.01
#: Days over which a run has to be better than its static generation to have recovered.
RECOVERED = 7


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One lifecycle among others on the same history.

    Attributes:
        rank: Its place, from 1; equal ones share one.
        score: What it served scored by the main metric.
        regret: By how much the best is better, paired by day; 0 for the best itself.
        trainings: How many trainings it took, the first among them.
        seconds: How long they took, or would have without the fits of other runs.
        staleness_days: How old the newest training data of what served was, on average.
        recovery_days: How many days after its static generation began to fall behind it was better
            than that for a week, by more than the margin; none if it never was, or nothing drifted.
    """

    rank: int
    score: Interval
    regret: Interval
    trainings: int
    seconds: float
    staleness_days: float
    recovery_days: float | None


def rank_runs(
    results: Mapping[str, RunResult], *, offset: int, resampling: Resampling
) -> dict[str, Ranked]:
    """Return each run with its rank, by name, the best first; of equals, the fewest trainings.

    Args:
        results: Runs of the same history, by name.
        offset: When a day begins, microseconds after midnight UTC.
        resampling: How intervals are drawn.
    """
    main = metric(next(iter(results.values())).metrics[0])
    scores = {name: each.overall["served"][main.name] for name, each in results.items()}

    def order(name: str) -> tuple[float, int]:
        return -improvement(main, scores[name].value, 0.0), len(results[name].run.trainings)

    names = sorted(results, key=order)
    best = results[names[0]].run.predictions
    blocks, draw = days(best.times, offset=offset), asdict(resampling)
    same = SAME * results[names[0]].evidence.margin.value
    ranks = _ranks([scores[name].value for name in names], same)
    drifted = results[names[0]].evidence.decays_from
    ranked = {}
    for name, rank in zip(names, ranks, strict=True):
        run, margin = results[name].run, results[name].evidence.margin.value
        ranked[name] = Ranked(
            rank=rank,
            score=scores[name],
            regret=gain(main, best.truth, best.served, run.predictions.served, blocks, **draw),
            trainings=len(run.trainings),
            seconds=run.training_seconds,
            staleness_days=run.staleness / DAY,
            recovery_days=recovery(run.predictions, main, drifted, margin=margin, offset=offset),
        )
    return ranked


def _ranks(scores: list[float], same: float) -> list[int]:
    """Return the places of ordered scores, from 1: those no further apart share the first one."""
    ranks = [1]
    for place, (before, score) in enumerate(pairwise(scores), 2):
        ranks.append(ranks[-1] if abs(score - before) <= same else place)
    return ranks


def behind(
    predictions: RunPredictions, best: RunPredictions, main: Metric, *, offset: int
) -> tuple[Instants, Floats] | None:
    """Return how far a run was behind another over the 28 days up to each, in the metric's unit.

    Args:
        predictions: The run's, n events with an outcome.
        best: The other's, of the same events.
        main: What to score by.
        offset: When a day begins, microseconds after midnight UTC.

    Returns:
        When each day ended, microseconds, and the mean of the days before; none for a metric that
        is no mean of losses, or fewer days than that.
    """
    daily = daily_losses(predictions, (best.served, predictions.served), main, offset)
    if daily is None or len(daily[0]) < SMOOTHED:
        return None
    starts, losses = daily
    return starts[SMOOTHED - 1 :] + DAY, _gains(losses, main, SMOOTHED)


def recovery(
    predictions: RunPredictions, main: Metric, since: int | None, *, margin: float, offset: int
) -> float | None:
    """Return after how many days a run was better than its static generation again.

    Args:
        predictions: The run's, n events with an outcome.
        main: What to score by.
        since: When the static generation began to fall behind, microseconds; none if it did not.
        margin: The largest difference without meaning.
        offset: When a day begins, microseconds after midnight UTC.

    Returns:
        Days until the first week in which it gains more than the margin; none if there is none.
    """
    sides = predictions.served, predictions.still
    daily = daily_losses(predictions, sides, main, offset)
    if daily is None or since is None:
        return None
    starts, losses = daily
    known = starts >= since
    if known.sum() < RECOVERED:
        return None
    better = np.flatnonzero(_gains([each[known] for each in losses], main, RECOVERED) > margin)
    return float(starts[known][better[0]] - since) / DAY if len(better) else None


def _gains(losses: Sequence[Floats], main: Metric, width: int) -> Floats:
    """Return by how much one side is better than another over each so many days in a row.

    Args:
        losses: For both sides a mean loss a day.
        main: What they are losses of: the gain is in its unit, which a root of a mean may be.
        width: How many days.
    """
    one, other = (np.convolve(each, np.full(width, 1 / width), mode="valid") for each in losses)
    return improvement(main, main.of_mean(one), main.of_mean(other))
