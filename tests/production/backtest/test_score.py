"""The scores of a run, on synthetic events."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.moment import DAY, HOUR
from production.backtest.score import Resampling, RunPredictions, gains, monthly, overall

METRICS = ("log_loss", "roc_auc", "brier")
RESAMPLING = Resampling(repeats=50, seed=0)
FEBRUARY = 31 * DAY
#: No request was invalid.
NONE = np.zeros(0, np.int64)


@pytest.fixture
def predictions() -> RunPredictions:
    """Forty days around the first of February 1970; served is best, and naive knows nothing."""
    rng = np.random.default_rng(0)
    times = np.arange(10 * DAY, 50 * DAY, 2 * HOUR)
    truth = rng.integers(0, 2, len(times)).astype(float)
    noise = rng.random(len(times))

    def predicted(share: float) -> np.ndarray:
        return (0.05 + 0.9 * (share * truth + (1 - share) * noise))[:, None]

    return RunPredictions(
        times=times, truth=truth, served=predicted(0.3), still=predicted(0.15), naive=predicted(0.0)
    )


def test_events_and_outcomes_are_counted_separately(predictions: RunPredictions) -> None:
    """A request without an outcome counts as an event of its month, not as an outcome."""
    requests = np.sort(np.concatenate([predictions.times, [FEBRUARY - 1, FEBRUARY, FEBRUARY + 1]]))
    january, february = monthly(predictions, requests, NONE, METRICS, offset=0)
    assert (january.month, january.events, january.outcomes) == ("1970-01", 253, 252)
    assert (february.month, february.events, february.outcomes) == ("1970-02", 230, 228)


def test_the_day_offset_moves_events_between_months(predictions: RunPredictions) -> None:
    """If days start six hours later, three more of the two-hourly events are in January."""
    plain, moved = (
        monthly(predictions, predictions.times, NONE, METRICS, offset=at) for at in (0, 6 * HOUR)
    )
    assert moved[0].events == moved[0].outcomes == plain[0].events + 3
    assert sum(month.events for month in moved) == len(predictions.times)


def test_a_month_is_scored_by_its_own_events(predictions: RunPredictions) -> None:
    """The scores of the first month are those of a run that ends with it."""
    january, _ = monthly(predictions, predictions.times, NONE, METRICS, offset=0)
    mask = predictions.times < FEBRUARY
    alone = RunPredictions(
        times=predictions.times[mask],
        truth=predictions.truth[mask],
        served=predictions.served[mask],
        still=predictions.still[mask],
        naive=predictions.naive[mask],
    )
    scores = overall(alone, METRICS, offset=0, resampling=RESAMPLING)
    assert january.metrics == {
        side: {name: each.value for name, each in of.items()} for side, of in scores.items()
    }


def test_every_interval_contains_its_value(predictions: RunPredictions) -> None:
    """For each of served, still and naive; equal seeds give equal intervals."""
    scores = overall(predictions, METRICS, offset=0, resampling=RESAMPLING)
    assert [*scores] == ["served", "still", "naive"]
    for values in scores.values():
        assert {*values} == {*METRICS}
        for each in values.values():
            assert each.low < each.value < each.high
    assert scores == overall(predictions, METRICS, offset=0, resampling=RESAMPLING)


@pytest.mark.parametrize("metric", METRICS)
def test_a_gain_is_positive_where_what_was_served_is_better(
    predictions: RunPredictions, metric: str
) -> None:
    """For either direction of a metric: log-loss, and the area under ROC."""
    better = gains(predictions, predictions.naive, METRICS, offset=0, resampling=RESAMPLING)[metric]
    assert 0 < better.low <= better.value <= better.high
    swapped = replace(predictions, served=predictions.naive)
    worse = gains(swapped, predictions.served, METRICS, offset=0, resampling=RESAMPLING)[metric]
    assert worse.value == -better.value
    assert worse.high < 0


def test_the_gain_on_equal_predictions_is_zero(predictions: RunPredictions) -> None:
    """Exactly zero: both sides use the same samples."""
    for each in gains(
        predictions, predictions.served.copy(), METRICS, offset=0, resampling=RESAMPLING
    ).values():
        assert (each.value, each.low, each.high) == (0.0, 0.0, 0.0)


def test_a_month_without_outcomes_has_no_scores(predictions: RunPredictions) -> None:
    """The month is listed with its events, and its metrics are NaN."""
    requests = np.append(predictions.times, 60 * DAY)
    march = monthly(predictions, requests, NONE, METRICS, offset=0)[-1]
    assert (march.month, march.events, march.outcomes) == ("1970-03", 1, 0)
    assert all(np.isnan(value) for values in march.metrics.values() for value in values.values())
