"""The naive baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.data.baseline import YesterdaysRate
from contracts.errors import ConfigError
from contracts.moment import DAY, HOUR

if TYPE_CHECKING:
    from contracts.ports import Baseline, Floats

ARRIVALS = st.lists(st.tuples(st.integers(0, 6 * 24), st.integers(0, 2)), max_size=60)


def predict(naive: Baseline, times: list[int], arrivals: list[tuple[int, float]]) -> Floats:
    """Return predictions at some hours, from outcomes and the hours of their arrival."""
    arrived = np.array([hour * HOUR for hour, _ in arrivals], dtype=np.int64)
    outcomes = np.array([value for _, value in arrivals], dtype=np.float64)
    hours = np.array(times, dtype=np.int64) * HOUR
    return naive.predict(hours, arrived=arrived, outcomes=outcomes)


def test_yesterday() -> None:
    """The rate is that of outcomes that arrived the day before: not earlier, not today."""
    naive = YesterdaysRate(kind="binary", offset="0")
    arrivals = [(1, 1.0), (24, 1.0), (30, 0.0), (40, 0.0), (47, 0.0), (48, 1.0), (49, 1.0)]
    assert predict(naive, [48, 50, 71], arrivals).tolist() == [[0.25]] * 3


def test_labels_that_are_not_listed_are_left_out() -> None:
    """The rates of the others sum to one; a day of none but such labels tells nothing."""
    naive = YesterdaysRate(kind="multiclass", k=2, offset="0", floor=0.0)
    unlisted = float("nan")
    arrivals = [
        (1, 0.0),
        (25, 1.0),
        (30, unlisted),
        (40, 0.0),
        (42, 1.0),
        (43, 1.0),
        (60, unlisted),
    ]
    assert predict(naive, [48, 72], arrivals).tolist() == [[0.25, 0.75], [0.4, 0.6]]


def test_offset() -> None:
    """A day starts at the offset: before it, yesterday is the day before yesterday."""
    naive = YesterdaysRate(kind="binary", offset="5h")
    arrivals = [(10, 0.0), (30, 1.0)]
    assert predict(naive, [52, 53], arrivals).tolist() == [[0.01], [0.99]]


def test_all_earlier() -> None:
    """After a day without arrivals the rate is that of all earlier outcomes."""
    naive = YesterdaysRate(kind="binary", offset="0")
    assert predict(naive, [100], [(1, 1.0), (30, 0.0)]).tolist() == [[0.5]]


@pytest.mark.parametrize(
    ("kind", "k", "expected"),
    [("binary", 1, [0.5]), ("multiclass", 4, [0.25] * 4), ("regression", 1, [0.0])],
)
def test_nothing_known(kind: Any, k: int, expected: list[float]) -> None:
    """Before the first arrival all classes are equally likely."""
    naive = YesterdaysRate(kind=kind, k=k)
    assert predict(naive, [3], [(200, 1.0)]).tolist() == [pytest.approx(expected)]


def test_regression() -> None:
    """For regression it predicts yesterday's mean, without bounds."""
    naive = YesterdaysRate(kind="regression", offset="0")
    assert predict(naive, [25], [(1, -3.0), (2, 7.0)]).tolist() == [[2.0]]


@given(arrivals=ARRIVALS, times=st.lists(st.integers(0, 7 * 24), min_size=1, max_size=20))
def test_multiclass(arrivals: list[tuple[int, float]], times: list[int]) -> None:
    """Frequencies sum to one, stay above the floor, and follow a plain count."""
    naive = YesterdaysRate(kind="multiclass", k=3, offset="0")
    made = predict(naive, times, arrivals)
    assert made.shape == (len(times), 3)
    assert made.sum(axis=1) == pytest.approx(1)
    assert (made >= 0.01 - 1e-12).all()
    for row, hour in zip(made, times, strict=True):
        today = hour // 24 * 24
        known = [value for at, value in arrivals if today - 24 <= at < today]
        known = known or [value for at, value in arrivals if at < today]
        share = [known.count(label) / len(known) if known else 1 / 3 for label in range(3)]
        assert row == pytest.approx([0.97 * part + 0.01 for part in share])


@given(arrivals=ARRIVALS, hour=st.integers(0, 7 * 24), extra=ARRIVALS)
def test_honest(
    arrivals: list[tuple[int, float]], hour: int, extra: list[tuple[int, float]]
) -> None:
    """What arrives later than an event changes nothing in its prediction."""
    naive = YesterdaysRate(kind="regression")
    later = [(hour + at, value) for at, value in extra]
    known = [(at, value) for at, value in arrivals if at < hour]
    assert np.array_equal(predict(naive, [hour], known), predict(naive, [hour], known + later))


def test_empty() -> None:
    """No events, no predictions."""
    assert predict(YesterdaysRate(kind="binary"), [], []).shape == (0, 1)


def test_old_times() -> None:
    """Days count backwards before 1970 as they do after."""
    naive = YesterdaysRate(kind="regression", offset="0")
    times, arrived = np.array([-1]), np.array([-DAY - 1, -DAY])
    made = naive.predict(times, arrived=arrived, outcomes=np.array([4.0, 9.0]))
    assert made.tolist() == [[4.0]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "multiclass", "k": 1},
        {"kind": "binary", "k": 2},
        {"kind": "binary", "floor": 0.5},
        {"kind": "binary", "floor": -0.1},
    ],
)
def test_wrong(wrong: dict[str, Any]) -> None:
    """Columns that do not fit the kind, and floors that are too high, are refused."""
    with pytest.raises(ConfigError, match="baseline cannot have"):
        YesterdaysRate(**wrong)
