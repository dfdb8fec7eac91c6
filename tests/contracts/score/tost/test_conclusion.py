from __future__ import annotations

import math

import msgspec
import pytest

from contracts.score.tost.conclusion import conclude
from contracts.score.tost.difference import Difference
from contracts.score.tost.limits import quantile

DAYS = 14


def gain(value: float, half: float, *, days: int = DAYS) -> Difference:
    """Return a difference with symmetric limits over days of 100 rows."""
    error = half / quantile(days, 0.05)
    return Difference(
        value=value,
        low=value - half,
        high=value + half,
        error=error,
        alpha=0.05,
        days=days,
        effective=float(days),
        rows=100 * days,
    )


@pytest.mark.parametrize(
    ("value", "half", "status"),
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
def test_the_interval_is_compared_with_the_margin(value: float, half: float, status: str) -> None:
    """Inside the margin is equivalent, beyond it different, across it undecided."""
    assert conclude(gain(value, half), margin=1.0).status == status


def test_more_looks_make_a_difference_harder_to_conclude_and_equivalence_no_easier() -> None:
    """One of many differences lies beyond the margin by chance; all inside do not."""
    beyond, inside = gain(2.0, 0.9), gain(0.0, 0.9)
    assert conclude(beyond, margin=1.0).status == "different"
    assert conclude(beyond, margin=1.0, looks=48).status == "inconclusive"
    assert conclude(inside, margin=1.0, looks=48).status == "equivalent"


def test_the_conclusion_has_the_limits_that_decided() -> None:
    """A skewed limit across the margin does not hide a difference that t is sure of."""
    skewed = msgspec.structs.replace(gain(-2.0, 0.5), high=-0.5)
    different = conclude(skewed, margin=1.0, looks=3)
    assert (different.status, different.high < -1) == ("different", True)
    assert different.level == pytest.approx(1 - 0.1 / 3)
    assert conclude(skewed, margin=1.8).high == -0.5
    inside = conclude(skewed, margin=3.0)
    assert (inside.status, inside.low, inside.high) == ("equivalent", skewed.low, skewed.high)


@pytest.mark.parametrize(("value", "half"), [(0.0, 2.0), (0.5, 1.0), (2.0, 2.0), (-2.0, 2.0)])
def test_twice_the_spread_takes_four_times_the_rows(value: float, half: float) -> None:
    """The rows needed grow with the square of the spread, apart from t's share with few days."""
    distance = abs(1 - abs(value))
    wide, wider = (conclude(gain(value, n * half, days=500), margin=1.0).rows for n in (4, 8))
    assert wider / wide == pytest.approx(4, rel=0.01)
    z = 1.645 + (1.282 if value == 0 else 0.842)
    error = 4 * half / quantile(500, 0.05)
    assert wide == pytest.approx(500 * 100 * (z * error / distance) ** 2, rel=0.02)


def test_the_rows_needed_are_more_than_there_are() -> None:
    """Just short of a conclusion, at least one more row is needed."""
    assert conclude(gain(0.0, 1.0, days=500), margin=1.0).rows > 500 * 100


@pytest.mark.parametrize("half", [0.5, 0.0])
def test_a_difference_on_the_margin_is_never_concluded(half: float) -> None:
    """No number of rows shows on which side of the margin it lies."""
    assert math.isinf(conclude(gain(1.0, half), margin=1.0).rows)


def test_a_score_that_is_undefined_proves_nothing() -> None:
    """NaN is neither inside nor outside of a margin, and no number of rows is given."""
    concluded = conclude(gain(math.nan, 0.5), margin=1.0)
    assert concluded.status == "inconclusive"
    assert math.isnan(concluded.rows)
