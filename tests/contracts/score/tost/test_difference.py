"""The paired difference over days: closed forms, and the simulation that the method answers to."""

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
    """With days of one size the standard error is that of the days' mean differences."""
    y, p, q, d = sample(1)
    losses = METRICS["log_loss"].losses
    each = np.asarray(losses(y, q)) - np.asarray(losses(y, p))
    means = np.bincount(d, weights=each) / 30
    found = difference(METRICS["log_loss"], y, p, q, d, alpha=0.05)
    assert found.value == pytest.approx(each.mean())
    assert found.error == pytest.approx(means.std(ddof=1) / math.sqrt(14))
    assert found.high - found.value >= found.error * t.ppf(0.95, 13) * (1 - 1e-9)
    assert (found.days, found.rows) == (14, 420)


def test_days_of_many_sizes_weigh_by_their_rows() -> None:
    """The error is the linearised one of a ratio of sums, within what is second order."""
    y, p, q, d = sample(2, days=100)
    kept = np.random.default_rng(0).random(len(d)) < 0.1 + 0.8 * (d % 5) / 4
    y, p, q, d = y[kept], p[kept], q[kept], d[kept]
    losses = METRICS["brier"].losses
    each = np.asarray(losses(y, q)) - np.asarray(losses(y, p))
    rest = np.bincount(d, weights=each - each.mean())
    linear = math.sqrt(100 / 99 * float(rest @ rest)) / len(d)
    found = difference(METRICS["brier"], y, p, q, d, alpha=0.05)
    assert found.error == pytest.approx(linear, rel=0.03)


def test_a_means_root_follows_the_delta_method() -> None:
    """RMSE's error is its mean square's, divided by twice the root."""
    y, p, q, d = sample(3, days=200)
    found = difference(METRICS["rmse"], y, p, q, d, alpha=0.05)
    squares = [np.bincount(d, weights=(side[:, 0] - y) ** 2) / 30 for side in (p, q)]
    slopes = [each / (2 * math.sqrt(each.mean())) for each in squares]
    expected = (slopes[1] - slopes[0]).std(ddof=1) / math.sqrt(200)
    assert found.error == pytest.approx(expected, rel=0.02)


def test_an_area_leaves_whole_days_out() -> None:
    """For an area under a curve the error is that of its delete-one-day values."""
    y, p, q, d = sample(4, days=9)
    area = METRICS["roc_auc"]
    left = np.array(
        [area.value(y[d != day], p[d != day]) - area.value(y[d != day], q[d != day]) for day in d]
    )[::30]
    found = difference(area, y, p, q, d, alpha=0.05)
    assert found.error == pytest.approx(math.sqrt(8 / 9 * ((left - left.mean()) ** 2).sum()))


def test_better_is_positive_whichever_way_a_metric_counts() -> None:
    """A gain of the candidate is one by a loss and by an area."""
    y, p, _, d = sample(5)
    worse = 0.5 * p + 0.2
    for name in ("log_loss", "roc_auc"):
        noisy = worse + np.random.default_rng(1).normal(0, 0.05, p.shape)
        assert difference(METRICS[name], y, p, noisy, d, alpha=0.05).value > 0


@pytest.mark.parametrize("days", [1, 2, 14])
@pytest.mark.parametrize("name", ["log_loss", "roc_auc"])
def test_sides_that_agree_differ_by_nothing(days: int, name: str) -> None:
    """The difference of a side with itself has no width, however few days there are."""
    y, p, _, d = sample(6, days=days)
    found = difference(METRICS[name], y, p, p.copy(), d, alpha=0.05)
    assert (found.value, found.low, found.high, found.error) == (0, 0, 0, 0)
    assert conclude(found, margin=1e-12).status == "equivalent"


def test_one_day_says_nothing_of_others() -> None:
    """What differs from day to day is unknown after one; two have wide limits."""
    found = [difference(METRICS["brier"], *sample(7, days=n), alpha=0.05) for n in (1, 2)]
    assert math.isinf(found[0].low)
    assert math.isinf(found[0].high)
    assert conclude(found[0], margin=10.0).status == "inconclusive"
    assert math.isfinite(found[1].high)


def test_a_class_that_one_day_alone_has_sets_no_limit() -> None:
    """Without that day there is no area, so days cannot say how sure it is."""
    y, p, q, d = sample(8, days=5)
    y = np.where(d == 2, y, 0.0)
    found = difference(METRICS["roc_auc"], y, p, q, d, alpha=0.05)
    assert found.defined
    assert math.isinf(found.high)
    assert not difference(METRICS["roc_auc"], 0 * y, p, q, d, alpha=0.05).defined


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["log_loss", "roc_auc"])
def test_at_the_margin_equivalence_is_false_at_most_as_often_as_alpha(
    simulation: ModuleType, name: str
) -> None:
    """Of 2,000 fortnights of a candidate worse by the margin at most 5 % are called equivalent."""
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    found = simulation.rates(world, name, 1.0, days=14, repetitions=2000, seed=1, methods=(OURS,))[
        OURS
    ]
    assert found["equivalent"] / 2000 <= simulation.ALPHA
    assert found["inconclusive"] > found["equivalent"]


@pytest.mark.e2e
@pytest.mark.parametrize("world", ["skewed", "unequal days"])
def test_days_of_any_size_hold_alpha(simulation: ModuleType, world: str) -> None:
    """A fortnight of which few days have most rows is no surer than those few days."""
    made = simulation.World(simulation.WORLDS[world], seed=0)
    found = simulation.rates(
        made, "log_loss", 1.0, days=14, repetitions=1000, seed=3, methods=(OURS,)
    )[OURS]
    assert found["equivalent"] / 1000 <= simulation.ALPHA


def test_days_of_one_size_count_each_and_others_less() -> None:
    """Ten rows on each of nine days do not make up for a day of thousands."""
    y, p, q, d = sample(11, days=10)
    assert difference(METRICS["brier"], y, p, q, d, alpha=0.05).effective == pytest.approx(10)
    few = np.concatenate([np.flatnonzero(d == 0), *[np.flatnonzero(d == n)[:1] for n in d[::30]]])
    found = difference(METRICS["brier"], y[few], p[few], q[few], d[few], alpha=0.05)
    assert found.days == 10
    assert 1 < found.effective < 2
    assert conclude(found, margin=0.5).status == "inconclusive"


def test_a_hit_less_on_every_day_is_sure_only_of_many_days() -> None:
    """Days that differ by one and the same figure have no spread, and rounding makes none."""

    def status(days: int) -> str:
        d = np.repeat(np.arange(days), 30)
        y, p, q = np.ones(len(d)), np.ones(len(d)), np.ones(len(d))
        p[::30] = 0.0
        found = difference(METRICS["accuracy"], y, p, q, d, alpha=0.05)
        assert found.value == pytest.approx(-1 / 30)
        return conclude(found, margin=0.05).status

    assert [status(days) for days in (2, 3, 14)] == ["inconclusive", "inconclusive", "equivalent"]


@pytest.mark.e2e
def test_percentiles_of_a_fortnight_are_too_narrow(simulation: ModuleType) -> None:
    """The interval of resampled days calls equivalent what is not more often than it says."""
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    found = simulation.rates(
        world, "log_loss", 1.0, days=14, repetitions=400, seed=1, methods=(simulation.BASELINE,)
    )
    assert found[simulation.BASELINE]["equivalent"] / 400 > 1.5 * simulation.ALPHA


@pytest.mark.e2e
def test_of_many_segments_none_is_called_different_by_chance(simulation: ModuleType) -> None:
    """Of 100 times 16 segments, all worse by just the margin, at most 5 % have one too many."""
    scored, margin = METRICS["log_loss"], simulation.MARGINS["log_loss"]
    world = simulation.World(simulation.WORLDS["skewed"], seed=0)
    p, rng = world.candidate(scored, margin), np.random.default_rng(4)

    def called(seed: int) -> bool:
        found = difference(scored, *world.draw(p, 14, rng), alpha=0.05, seed=seed)
        return conclude(found, margin=margin, looks=16).status == "different"

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
def test_at_the_rows_that_are_asked_for_most_samples_conclude(simulation: ModuleType) -> None:
    """The median of what undecided samples ask for is what concludes about four times of five."""
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
    found = simulation.rates(
        world, "log_loss", 0.4, days=days, repetitions=200, seed=5, methods=(OURS,)
    )
    assert 0.6 <= found[OURS]["equivalent"] / 200 <= 0.97
