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


def test_a_constant_column_agrees_only_with_another() -> None:
    """A constant prediction has no order, so it does not correlate with one that has."""
    flat, rising = np.zeros(5), np.arange(5.0)
    assert spearman(flat, rising) == 0.0
    assert spearman(flat, flat) == 1.0


def test_order_alone_counts() -> None:
    """Any rising transformation keeps both figures at one."""
    values = np.random.default_rng(2).normal(size=100)
    assert spearman(values, np.exp(values)) == 1.0
    assert overlap(values, np.exp(values), share=0.1) == 1.0


def test_rows_that_tie_at_the_end_of_the_top_are_interchangeable() -> None:
    """Rows with equal scores are interchangeable, whichever of them rounding puts first."""
    reference = np.repeat([3.0, 2.0, 1.0], [5, 40, 55])
    rounded = reference + 1e-12 * np.random.default_rng(3).normal(size=100)
    assert overlap(reference, rounded, share=0.1) == 1.0
    assert overlap(reference, reference, share=0.1) == 1.0


def test_ties_do_not_replace_the_rows_above_them() -> None:
    """Five rows are clearly first: a top without them overlaps at most in the others."""
    reference = np.repeat([3.0, 2.0, 1.0], [5, 40, 55])
    forgetful = np.repeat([1.0, 3.0, 2.0], [5, 40, 55])
    assert overlap(reference, forgetful, share=0.1) == 0.5


def test_a_constant_candidate_overlaps_as_random_rows_would() -> None:
    """Each of its rows counts for the share that fits into the top, as random rows would."""
    assert overlap(np.arange(100.0), np.zeros(100), share=0.1) == pytest.approx(0.1)


def test_the_top_is_at_least_one_row() -> None:
    """A share of few rows rounds up to one row."""
    assert overlap(np.array([1.0, 2.0]), np.array([2.0, 1.0]), share=0.01) == 0.0
