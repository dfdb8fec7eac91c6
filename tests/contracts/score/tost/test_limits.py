from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from contracts.score.tost.limits import MOST, arms, quantile, spread


def of(days: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return the arms at alpha 0.05, in multiples of t's own."""
    error = float(days.std(ddof=1)) / np.sqrt(len(days))
    usual = error * float(t.ppf(0.95, len(days) - 1))
    low, high = arms(days, alpha=0.05, repeats=1000, seed=1)
    return round(low / usual, 9), round(high / usual, 9)


@pytest.mark.parametrize("n", [2, 3, 7, 14, 200])
def test_limits_are_never_narrower_than_students_t(n: int) -> None:
    """The bootstrap widens t's limits, up to a bound."""
    for seed in range(20):
        low, high = of(np.random.default_rng(seed).exponential(size=n))
        assert 1 <= low <= MOST
        assert 1 <= high <= MOST


def test_skew_moves_the_limit_on_its_side() -> None:
    """Where few days are far above the rest, the upper limit is further away."""
    days = np.random.default_rng(3).exponential(size=56)
    low, high = of(days)
    assert high > 1.2 > low
    assert of(-days)[0] == pytest.approx(high, rel=0.1)


def test_many_days_without_skew_come_near_to_t() -> None:
    """With 500 normal days only the bootstrap's own level makes a difference."""
    low, high = of(np.random.default_rng(5).normal(size=500))
    assert max(low, high) < 1.35


def test_a_difference_on_one_day_alone_has_limits() -> None:
    """Samples without the only day that differs have no spread, and would set no limit."""
    days = np.zeros(14)
    days[3] = 1.0
    assert of(days) == (1, MOST)


def test_days_without_any_difference_have_limits_of_zero() -> None:
    """There is no error to allow for."""
    assert arms(np.zeros(5), alpha=0.05, repeats=100, seed=1) == (0.0, 0.0)


@pytest.mark.parametrize("rounding", [0.0, 1e-15])
def test_days_with_equal_differences_count_as_if_one_had_none(rounding: float) -> None:
    """Two days with one hit less each prove little; rounding error is not a spread."""
    one, other = np.full(2, 0.25), np.array([0.25, 0.25 + rounding])
    error = spread(np.array([0.25, 0.0]))
    assert spread(one) == pytest.approx(spread(other)) == pytest.approx(error)
    limits = arms(other, alpha=0.05, repeats=100, seed=1)
    assert limits == pytest.approx((MOST * quantile(2, 0.05) * error,) * 2)


def test_limits_are_those_of_the_effective_number_of_days() -> None:
    """Where one day has most of the rows the others add little."""
    days = np.random.default_rng(5).normal(size=14)
    limits = arms(days, alpha=0.05, repeats=500, seed=1, effective=2.0)
    assert min(limits) >= spread(days) * quantile(2, 0.05)


def test_equal_seeds_draw_equal_samples() -> None:
    """Limits are a function of the days and the seed."""
    days = np.random.default_rng(0).exponential(size=9)
    limits = [arms(days, alpha=0.1, repeats=200, seed=seed) for seed in (1, 1, 2)]
    assert limits[0] == limits[1] != limits[2]
