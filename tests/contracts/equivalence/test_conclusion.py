from __future__ import annotations

import math

import pytest

from contracts.bootstrap import Interval
from contracts.equivalence.conclusion import conclude


@pytest.mark.parametrize(
    ("value", "half", "outcome"),
    [
        (0.0, 0.5, "equivalent"),
        (-0.5, 0.4, "equivalent"),
        (2.0, 0.5, "different"),
        (-2.0, 0.5, "different"),
        (0.0, 1.0, "inconclusive"),
        (0.8, 0.5, "inconclusive"),
        (1.2, 0.5, "inconclusive"),
        (0.0, 5.0, "inconclusive"),
    ],
)
def test_the_interval_decides_against_the_margin(value: float, half: float, outcome: str) -> None:
    """Inside the margin is equivalent, beyond it different, across it undecided."""
    interval = Interval(value=value, low=value - half, high=value + half)
    assert conclude(interval, margin=1.0, rows=100).outcome == outcome


@pytest.mark.parametrize(("value", "half", "rows"), [(0.0, 2.0, 400), (0.5, 1.0, 400), (2, 2, 400)])
def test_rows_that_would_conclude_follow_the_root(value: float, half: float, rows: int) -> None:
    """An interval twice too wide takes four times the rows, on either side of the margin."""
    interval = Interval(value=value, low=value - half, high=value + half)
    assert conclude(interval, margin=1.0, rows=100).rows == pytest.approx(rows)


def test_a_difference_on_the_margin_is_never_concluded() -> None:
    """No number of rows tells on which side of the margin it lies."""
    interval = Interval(value=1.0, low=0.5, high=1.5)
    assert math.isinf(conclude(interval, margin=1.0, rows=100).rows)


def test_a_score_that_is_undefined_proves_nothing() -> None:
    """NaN is neither inside nor outside of a margin."""
    nan = float("nan")
    found = conclude(Interval(value=nan, low=nan, high=nan), margin=1.0, rows=100)
    assert found.outcome == "inconclusive"
    assert not math.isfinite(found.rows)
