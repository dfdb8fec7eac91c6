"""Lifecycles by rank: what each was behind the best, and when it recovered from a drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from contracts.moment import DAY, HOUR
from contracts.score.metric.registry import metric
from production.backtest.ranking import SMOOTHED, behind, recovery
from production.backtest.score import RunPredictions
from production.backtest.tables import ranking_table

if TYPE_CHECKING:
    from contracts.score.metric.port import Metric
    from production.backtest.comparison import LifecycleComparison

DAYS, DRIFT = 60, 30
MAE, RMSE = metric("mae"), metric("rmse")


def served(errors: np.ndarray, still: np.ndarray | None = None) -> RunPredictions:
    """Return events, six a day, whose served and static predictions are off by so much a day."""
    times = np.arange(0, DAYS * DAY, 4 * HOUR)
    truth = np.zeros(len(times))
    off = np.repeat(errors, 6)[:, None]
    static = off if still is None else np.repeat(still, 6)[:, None]
    return RunPredictions(times=times, truth=truth, served=off, still=static, naive=off)


def test_ranks_begin_with_the_best_and_equals_share_theirs(compared: LifecycleComparison) -> None:
    """Interactive and open serve the same; the best is behind nobody."""
    ranking, runs = compared.ranking, compared.lifecycles
    scores = [runs[name].result.overall["served"]["log_loss"].value for name in ranking]
    assert scores == sorted(scores)
    assert ranking["interactive"].rank == ranking["open"].rank
    assert next(each.rank for each in ranking.values()) == 1
    best = next(iter(ranking.values()))
    assert (best.regret.value, best.regret.low, best.regret.high) == (0, 0, 0)
    for score, each in zip(scores, ranking.values(), strict=True):
        assert each.regret.value == pytest.approx(score - scores[0])
        assert each.trainings >= 1


def test_the_table_has_a_row_for_each_and_one_for_the_baseline(
    compared: LifecycleComparison,
) -> None:
    """No column of recovery where nothing drifted."""
    table = ranking_table(compared)
    assert [row[1] for row in table.rows] == [*compared.ranking, "naive"]
    assert "recovered" not in [heading.name for heading in table.headings]
    assert "[" in table.rows[0][3]


@pytest.mark.parametrize(("main", "halfway"), [(MAE, 1.0), (RMSE, 5**0.5 - 1)])
def test_behind_is_the_difference_of_scores_over_the_last_month(
    main: Metric, halfway: float
) -> None:
    """In the metric's unit, the root of a mean too: from what it was to what it is."""
    days = np.arange(DAYS)
    run = served(np.where(days < DRIFT, 1.0, 3.0))
    moments, values = behind(run, served(np.ones(DAYS)), main, offset=0) or pytest.fail("no mean")
    assert moments[0] == SMOOTHED * DAY
    assert values[0] == pytest.approx(0)
    assert values[list(moments).index((DRIFT + 14) * DAY)] == pytest.approx(halfway)
    assert values[-1] == pytest.approx(2)


def test_a_metric_of_no_mean_and_a_short_history_have_no_picture() -> None:
    """An area has no value of a single event."""
    run = served(np.ones(DAYS))
    assert behind(run, run, metric("roc_auc"), offset=0) is None
    few = run.where(run.times < (SMOOTHED - 1) * DAY)
    assert behind(few, few, MAE, offset=0) is None


@pytest.mark.parametrize(("refreshed", "days"), [(30, 0), (37, 7), (45, 15)])
def test_a_run_has_recovered_when_it_is_better_than_its_static_generation(
    refreshed: int, days: int
) -> None:
    """For a week, by more than the margin, after the static one fell behind."""
    at = np.arange(DAYS)
    still = np.where(at < DRIFT, 1.0, 3.0)
    run = served(np.where(at < refreshed, still, 1.0), still)
    assert recovery(run, MAE, DRIFT * DAY, margin=1.9, offset=0) == days


@pytest.mark.parametrize(("margin", "days"), [(150.0, 0), (250.0, None)])
def test_a_recovery_is_measured_in_the_unit_of_the_margin(margin: float, days: int | None) -> None:
    """By a root of a mean too: 200 less of 3,000, though squares differ by more than a million."""
    at = np.arange(DAYS)
    still = np.where(at < DRIFT, 1_000.0, 3_000.0)
    run = served(np.where(at < DRIFT, still, 2_800.0), still)
    assert recovery(run, RMSE, DRIFT * DAY, margin=margin, offset=0) == days


def test_what_never_refreshes_does_not_recover() -> None:
    """Nor does anything where nothing drifted, or too little time is left."""
    at = np.arange(DAYS)
    still = np.where(at < DRIFT, 1.0, 3.0)
    assert recovery(served(still), MAE, DRIFT * DAY, margin=0.1, offset=0) is None
    better = served(np.ones(DAYS), still)
    assert recovery(better, MAE, None, margin=0.1, offset=0) is None
    assert recovery(better, MAE, (DAYS - 3) * DAY, margin=0.1, offset=0) is None
