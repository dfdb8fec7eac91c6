from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from contracts.equivalence.clauses.ranking import overlap, spearman


def test_spearman_is_scipys_ties_included() -> None:
    """The rank correlation agrees with scipy's on columns full of ties."""
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 9, (2, 200)).astype(float)
    assert spearman(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_a_column_without_order_agrees_only_with_its_like() -> None:
    """A constant prediction ranks nothing: not what a ranking reference does."""
    flat, rising = np.zeros(5), np.arange(5.0)
    assert spearman(flat, rising) == 0.0
    assert spearman(flat, flat) == 1.0


def test_order_alone_counts() -> None:
    """Any rising transformation keeps both figures at one."""
    values = np.random.default_rng(2).normal(size=100)
    assert spearman(values, np.exp(values)) == 1.0
    assert overlap(values, np.exp(values), share=0.1) == 1.0


def test_the_top_is_at_least_one_row() -> None:
    """A share of few rows rounds to one, never to none."""
    assert overlap(np.array([1.0, 2.0]), np.array([2.0, 1.0]), share=0.01) == 0.0
