from __future__ import annotations

import numpy as np
import pytest

from contracts.score.e_process import below, fall_since

#: Evidence that a false alarm reaches with probability .05 at most.
ENOUGH = 20.0
LOOKS = (16, 20, 25, 32, 40, 50, 60)


@pytest.mark.parametrize("draw", ["standard_normal", "standard_exponential", "standard_cauchy"])
def test_chance_seldom_makes_enough_evidence(draw: str) -> None:
    """At no look of many, whatever the distribution: in 300 histories fewer than 15 times."""
    random = np.random.default_rng(0)
    alarms = np.zeros(2)
    for _ in range(300):
        values = getattr(random, draw)(60)
        median = {"standard_exponential": np.log(2)}.get(draw, 0.0)
        looks = [values[:at].tolist() for at in LOOKS]
        alarms += [
            any(fall_since(each, reference=14) >= ENOUGH for each in looks),
            any(below(each, median) >= ENOUGH for each in looks),
        ]
    assert (alarms <= 15).all()


def test_a_fall_is_found() -> None:
    """By three standard deviations, after forty values, within twenty more, in most histories."""
    random = np.random.default_rng(1)
    found = np.zeros(2)
    for _ in range(20):
        values = random.standard_normal(60)
        values[40:] -= 3
        found += [
            fall_since(values.tolist(), reference=14) >= ENOUGH,
            below(values.tolist(), -1.0) >= ENOUGH,
        ]
    assert (found >= 15).all()


def test_equal_values_are_no_fall() -> None:
    """A constant score has the highest rank each time."""
    assert fall_since([0.5] * 40, reference=10) <= 1
    assert below([0.5] * 40, 0.5) <= 1


def test_without_values_there_is_no_evidence() -> None:
    """Neither for nor against."""
    assert fall_since([1.0] * 5, reference=5) == 1
    assert below([], 0.0) == 1


def test_evidence_too_small_for_a_number_is_none() -> None:
    """A long record without a fall is no error, and stays small."""
    assert 0 < below([1.0] * 3_000, 0.1) < 0.01
