"""The paired difference over days: closed forms, and the simulation of its error rates."""

from __future__ import annotations

import math
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import t

from contracts.score.metric.registry import METRICS
from contracts.score.tost.conclusion import conclude
from contracts.score.tost.difference import difference

if TYPE_CHECKING:
    from types import ModuleType

BENCHMARKS = Path(__file__).parents[4] / "benchmarks"
OURS = "one-sided tests by days"


@pytest.fixture(scope="module")
def simulation() -> ModuleType:
    """The benchmark that judges samples of a population of days: once, not on every Python."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return import_module("false_equivalence")
    finally:
        sys.path.remove(str(BENCHMARKS))


def sample(seed: int, days: int = 14, each: int = 30) -> tuple[Any, Any, Any, Any]:
    """Return outcomes, two sides' chances and days that share an error."""
    draw = np.random.default_rng(seed)
    d = np.repeat(np.arange(days), each)
    y = (draw.random(len(d)) < 0.4).astype(float)
    p, q = (
        np.clip(0.3 + 0.2 * y + draw.normal(0, w, days)[d] + draw.normal(0, 0.1, len(d)), 0.05, 0.9)
        for w in (0.05, 0.02)
    )
    return y, p[:, None], q[:, None], d


def test_a_means_error_is_that_of_its_days() -> None:
    """With days of equal size the standard error is that of the days' mean differences."""
    y, p, q, d = sample(1)
    losses = METRICS["log_loss"].losses
    each = np.asarray(losses(y, q)) - np.asarray(losses(y, p))
    means = np.bincount(d, weights=each) / 30
    gain = difference(METRICS["log_loss"], y, p, q, d, alpha=0.05)
    assert gain.value == pytest.approx(each.mean())
    assert gain.error == pytest.approx(means.std(ddof=1) / math.sqrt(14))
    assert gain.high - gain.value >= gain.error * t.ppf(0.95, 13) * (1 - 1e-9)
    assert (gain.days, gain.rows) == (14, 420)


def test_days_of_unequal_size_weigh_by_their_rows() -> None:
    """The error is the linearised one of a ratio of sums, to first order."""
    y, p, q, d = sample(2, days=100)
    kept = np.random.default_rng(0).random(len(d)) < 0.1 + 0.8 * (d % 5) / 4
    y, p, q, d = y[kept], p[kept], q[kept], d[kept]
    losses = METRICS["brier"].losses
    each = np.asarray(losses(y, q)) - np.asarray(losses(y, p))
    rest = np.bincount(d, weights=each - each.mean())
    linear = math.sqrt(100 / 99 * float(rest @ rest)) / len(d)
    gain = difference(METRICS["brier"], y, p, q, d, alpha=0.05)
    assert gain.error == pytest.approx(linear, rel=0.03)


def test_the_root_of_a_mean_follows_the_delta_method() -> None:
    """RMSE's error is its mean square's, divided by twice the root."""
    y, p, q, d = sample(3, days=200)
    gain = difference(METRICS["rmse"], y, p, q, d, alpha=0.05)
    squares = [np.bincount(d, weights=(side[:, 0] - y) ** 2) / 30 for side in (p, q)]
    slopes = [each / (2 * math.sqrt(each.mean())) for each in squares]
    expected = (slopes[1] - slopes[0]).std(ddof=1) / math.sqrt(200)
    assert gain.error == pytest.approx(expected, rel=0.02)


def test_an_area_leaves_whole_days_out() -> None:
    """For an area under a curve the error is that of its delete-one-day values."""
    y, p, q, d = sample(4, days=9)
    area = METRICS["roc_auc"]
    left = np.array(
        [area.value(y[d != day], p[d != day]) - area.value(y[d != day], q[d != day]) for day in d]
    )[::30]
    gain = difference(area, y, p, q, d, alpha=0.05)
    assert gain.error == pytest.approx(math.sqrt(8 / 9 * ((left - left.mean()) ** 2).sum()))


def test_better_is_positive_for_either_direction_of_a_metric() -> None:
    """A better candidate has a gain by a loss and by an area."""
    y, p, _, d = sample(5)
    worse = 0.5 * p + 0.2
    for name in ("log_loss", "roc_auc"):
        noisy = worse + np.random.default_rng(1).normal(0, 0.05, p.shape)
        assert difference(METRICS[name], y, p, noisy, d, alpha=0.05).value > 0


@pytest.mark.parametrize("days", [1, 2, 14])
@pytest.mark.parametrize("name", ["log_loss", "roc_auc"])
def test_equal_sides_have_no_difference(days: int, name: str) -> None:
    """The difference of a side with itself has an interval of width 0, even for few days."""
    y, p, _, d = sample(6, days=days)
    gain = difference(METRICS[name], y, p, p.copy(), d, alpha=0.05)
    assert (gain.value, gain.low, gain.high, gain.error) == (0, 0, 0, 0)
    assert conclude(gain, margin=1e-12).status == "equivalent"


def test_one_day_sets_no_limits() -> None:
    """One day does not show how days vary; two days give wide limits."""
    gain = [difference(METRICS["brier"], *sample(7, days=n), alpha=0.05) for n in (1, 2)]
    assert math.isinf(gain[0].low)
    assert math.isinf(gain[0].high)
    assert conclude(gain[0], margin=10.0).status == "inconclusive"
    assert math.isfinite(gain[1].high)


def test_a_class_on_one_day_alone_sets_no_limit() -> None:
    """Without that day there is no area, so its error over days is unknown."""
    y, p, q, d = sample(8, days=5)
    y = np.where(d == 2, y, 0.0)
    gain = difference(METRICS["roc_auc"], y, p, q, d, alpha=0.05)
    assert gain.defined
    assert math.isinf(gain.high)
    assert not difference(METRICS["roc_auc"], 0 * y, p, q, d, alpha=0.05).defined


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["log_loss", "roc_auc"])
def test_false_equivalence_at_the_margin_is_at_most_alpha(
    simulation: ModuleType, name: str
) -> None:
    """Of 2,000 fortnights with a candidate worse by the margin, at most 5 % pass."""
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    rates = simulation.rates(world, name, 1.0, days=14, repetitions=2000, seed=1, methods=(OURS,))[
        OURS
    ]
    assert rates["equivalent"] / 2000 <= simulation.ALPHA
    assert rates["inconclusive"] > rates["equivalent"]


@pytest.mark.e2e
@pytest.mark.parametrize("world", ["skewed", "unequal days"])
def test_days_of_any_size_hold_alpha(simulation: ModuleType, world: str) -> None:
    """Where few days have most rows, the limits are those of few days."""
    made = simulation.World(simulation.WORLDS[world], seed=0)
    rates = simulation.rates(
        made, "log_loss", 1.0, days=14, repetitions=1000, seed=3, methods=(OURS,)
    )[OURS]
    assert rates["equivalent"] / 1000 <= simulation.ALPHA


def test_days_of_unequal_size_count_less() -> None:
    """Ten rows on each of nine days do not make up for a day of thousands."""
    y, p, q, d = sample(11, days=10)
    assert difference(METRICS["brier"], y, p, q, d, alpha=0.05).effective == pytest.approx(10)
    few = np.concatenate([np.flatnonzero(d == 0), *[np.flatnonzero(d == n)[:1] for n in d[::30]]])
    gain = difference(METRICS["brier"], y[few], p[few], q[few], d[few], alpha=0.05)
    assert gain.days == 10
    assert 1 < gain.effective < 2
    assert conclude(gain, margin=0.5).status == "inconclusive"


def test_an_equal_difference_on_every_day_needs_many_days() -> None:
    """Days with the same difference show no spread, and rounding does not count as one."""

    def status(days: int) -> str:
        d = np.repeat(np.arange(days), 30)
        y, p, q = np.ones(len(d)), np.ones(len(d)), np.ones(len(d))
        p[::30] = 0.0
        gain = difference(METRICS["accuracy"], y, p, q, d, alpha=0.05)
        assert gain.value == pytest.approx(-1 / 30)
        return conclude(gain, margin=0.05).status

    assert [status(days) for days in (2, 3, 14)] == ["inconclusive", "inconclusive", "equivalent"]


@pytest.mark.e2e
def test_percentiles_of_a_fortnight_are_too_narrow(simulation: ModuleType) -> None:
    """Percentiles of resampled days give more false equivalence than stated."""
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    rates = simulation.rates(
        world, "log_loss", 1.0, days=14, repetitions=400, seed=1, methods=(simulation.BASELINE,)
    )
    assert rates[simulation.BASELINE]["equivalent"] / 400 > 1.5 * simulation.ALPHA


@pytest.mark.e2e
def test_of_many_segments_none_is_called_different_by_chance(simulation: ModuleType) -> None:
    """Of 100 times 16 segments, all worse by just the margin, at most 5 % have one too many."""
    scored, margin = METRICS["log_loss"], simulation.MARGINS["log_loss"]
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    p, rng = world.candidate(scored, margin), np.random.default_rng(4)

    def called(seed: int) -> bool:
        gain = difference(scored, *world.draw(p, 14, rng), alpha=0.05, seed=seed)
        return conclude(gain, margin=margin, looks=16).status == "different"

    refused = [any(called(seed) for seed in range(16)) for _ in range(100)]
    assert sum(refused) / 100 <= simulation.ALPHA


@pytest.mark.e2e
def test_equal_sides_are_found_so_more_often_with_more_days(simulation: ModuleType) -> None:
    """Power grows with the days, to near certainty where the margin is many errors wide."""
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    few, many = (
        simulation.rates(
            world, "log_loss", 0.0, days=days, repetitions=100, seed=2, methods=(OURS,)
        )[OURS]["equivalent"]
        for days in (14, 56)
    )
    assert few < 90 < many


@pytest.mark.e2e
def test_most_samples_with_the_rows_needed_conclude(simulation: ModuleType) -> None:
    """At the median of the rows needed about four samples of five conclude."""
    scored, margin = METRICS["log_loss"], simulation.MARGINS["log_loss"]
    world = simulation.World(simulation.WORLDS["ordinary"], seed=0)
    p, rng = world.candidate(scored, 0.4 * margin), np.random.default_rng(9)
    asked = []
    for seed in range(200):
        drawn = world.draw(p, 7, rng)
        concluded = conclude(difference(scored, *drawn, alpha=0.05, seed=seed), margin=margin)
        if concluded.status == "inconclusive":
            asked.append(concluded.rows)
    days = round(float(np.median(asked)) / simulation.ROWS)
    rates = simulation.rates(
        world, "log_loss", 0.4, days=days, repetitions=200, seed=5, methods=(OURS,)
    )
    assert 0.6 <= rates[OURS]["equivalent"] / 200 <= 0.97
