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


def test_rows_the_reference_scores_alike_may_stand_for_each_other_in_the_top() -> None:
    """What rounding puts first among equals is no other top, whichever of them it is."""
    reference = np.repeat([3.0, 2.0, 1.0], [5, 40, 55])
    rounded = reference + 1e-12 * np.random.default_rng(3).normal(size=100)
    assert overlap(reference, rounded, share=0.1) == 1.0
    assert overlap(reference, reference, share=0.1) == 1.0


def test_equals_do_not_stand_for_the_rows_above_them() -> None:
    """Five rows are first beyond doubt: a top without them holds at most the rest."""
    reference = np.repeat([3.0, 2.0, 1.0], [5, 40, 55])
    forgetful = np.repeat([1.0, 3.0, 2.0], [5, 40, 55])
    assert overlap(reference, forgetful, share=0.1) == 0.5


def test_a_candidate_that_scores_all_alike_has_no_top() -> None:
    """Each of its rows counts for the share that has room: what chance would give."""
    assert overlap(np.arange(100.0), np.zeros(100), share=0.1) == pytest.approx(0.1)


def test_the_top_is_at_least_one_row() -> None:
    """A share of few rows rounds to one, never to none."""
    assert overlap(np.array([1.0, 2.0]), np.array([2.0, 1.0]), share=0.01) == 0.0
