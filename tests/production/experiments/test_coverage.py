"""Off-policy estimates are right on average; their intervals have the truth as often as said."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.production.experiments.coverage import ALPHA, coverage
from tests.production.experiments.worlds import WORLDS

#: They take long and say nothing of a Python.
pytestmark = pytest.mark.e2e

RUNS = 100


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "too few keys"])
def test_intervals_have_the_truth_as_often_as_said(name: str) -> None:
    """Of each estimator, up to four standard errors of so many simulations; none is biased."""
    measured = coverage(WORLDS[name], RUNS)
    assert measured.told > 0.9
    least = 1 - ALPHA - 4 * sqrt(ALPHA * (1 - ALPHA) / RUNS)
    for estimator, share in measured.covered.items():
        assert share >= least, (estimator, measured)
        assert abs(measured.error[estimator]) < 4, (estimator, measured)


def test_the_model_narrows_what_weights_spread() -> None:
    """Doubly robust intervals are narrower than those of inverse propensity."""
    width = coverage(WORLDS["contextual"], 20).width
    assert width["doubly_robust"] < width["ips"]


def test_where_too_few_keys_weigh_too_much_the_gates_close() -> None:
    """No interval is read that heavy keys make too narrow."""
    assert coverage(WORLDS["too few keys"], 50).told == 0
