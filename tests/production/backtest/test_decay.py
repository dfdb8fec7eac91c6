"""From when on a static generation falls behind, on synthetic events."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.moment import DAY, HOUR
from contracts.score.metric.registry import metric
from production.backtest.decay import decay_start
from production.backtest.score import Resampling, RunPredictions

#: A Monday.
FIRST = 4 * DAY
DAYS = 140


def drifted(drift: np.ndarray, *, seed: int = 0) -> RunPredictions:
    """Return events of 140 days, six a day; from each day on the static model is off by `drift`."""
    rng = np.random.default_rng(seed)
    times = FIRST + np.arange(0, DAYS * DAY, 4 * HOUR)
    truth = rng.normal(10, 1, len(times))
    served = truth + rng.normal(0, 1, len(times))
    static = served + np.repeat(drift, 6) * np.sign(served - truth)
    naive = np.full(len(times), 10.0)
    return RunPredictions(
        times=times,
        truth=truth,
        served=served[:, None],
        still=static[:, None],
        naive=naive[:, None],
    )


def start(predictions: RunPredictions, name: str = "mae", *, margin: float = 0.1) -> int | None:
    """Return the decay by a metric."""
    return decay_start(
        predictions,
        metric(name),
        margin=margin,
        offset=0,
        resampling=Resampling(repeats=200, seed=0),
    )


@pytest.mark.parametrize("week", [6, 10, 14])
def test_the_week_of_a_drift_is_told(week: int) -> None:
    """The static model keeps up until its seventh, eleventh or fifteenth week."""
    drift = np.where(np.arange(DAYS) < 7 * week, 0.0, 0.6)
    assert start(drifted(drift)) == FIRST + week * 7 * DAY


def test_a_slow_drift_begins_to_matter_within_it() -> None:
    """It begins in the fifth week, and the worst is reached in the fifteenth."""
    drift = np.interp(np.arange(DAYS), [28, 105], [0.0, 1.2])
    moment = start(drifted(drift), margin=0.3)
    assert moment is not None
    assert 5 <= (moment - FIRST) / (7 * DAY) <= 14


@pytest.mark.parametrize(
    "drift",
    [
        np.zeros(DAYS),  # there is none
        np.full(DAYS, 0.6),  # from the beginning
        np.where(np.arange(DAYS) < 70, 0.0, 0.05),  # without meaning
    ],
)
def test_no_moment_is_told_where_there_is_none(drift: np.ndarray) -> None:
    """A static model that keeps up, or never did."""
    assert start(drifted(drift)) is None


def test_a_quiet_product_is_left_in_peace() -> None:
    """Of 40 products without drift none is called decaying, though the week is chosen."""
    rng = np.random.default_rng(1)
    assert [start(drifted(rng.normal(0, 0.3, DAYS), seed=seed)) for seed in range(40)] == [
        None
    ] * 40


def test_a_metric_without_a_mean_has_no_moment() -> None:
    """An area by day says nothing of the area over all days."""
    drift = np.where(np.arange(DAYS) < 70, 0.0, 0.6)
    predictions = drifted(drift)
    late = (predictions.truth > 10).astype(np.float64)
    assert start(replace(predictions, truth=late), "roc_auc") is None
