"""The population stability index, and what it may be by chance and by habit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from contracts.score.stability import index_by_chance, index_by_habit, stability_index


@pytest.mark.parametrize("bins", [3, 10, 22])
@pytest.mark.parametrize("alpha", [0.05, 1e-4, 1e-7])
def test_what_chance_gives_is_a_quantile_of_chi_squared(bins: int, alpha: float) -> None:
    """Hardly below scipy's, far into the tail, and at most an eighth above it."""
    exact = chi2.isf(alpha, bins - 1) * (1 / 900 + 1 / 100)
    assert 0.98 * exact < index_by_chance(bins, 900, 100, alpha=alpha) < 1.125 * exact


def test_samples_of_one_distribution_stay_within_chance() -> None:
    """About one in twenty is beyond what one in twenty exceeds."""
    rng, p = np.random.default_rng(0), np.full(10, 0.1)
    draws = [
        stability_index(rng.multinomial(5000, p) * 1.0, rng.multinomial(500, p) * 1.0)
        for _ in range(1000)
    ]
    limit = index_by_chance(10, 5000, 500, alpha=0.05)
    assert 0.03 < np.mean(np.array(draws) > limit) < 0.08


def test_windows_that_differ_by_habit_have_a_wider_limit() -> None:
    """A column whose days differ rings later than one whose days are alike."""
    alike, differ = np.array([0.1, 0.11, 0.09, 0.1] * 5), np.array([0.02, 0.5, 0.1, 0.1] * 5)
    assert index_by_habit(alike, alpha=0.001) < 0.2 < index_by_habit(differ, alpha=0.001)
