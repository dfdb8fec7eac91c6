import numpy as np

from contracts.moment import DAY, HOUR, instant
from research.calendar import months, weeks

JANUARY = instant("2013-01-01T05:00:00Z")


def test_a_months_last_night_belongs_to_it() -> None:
    """Where a day begins at five, four in the morning of the first is still last month."""
    times = np.array([JANUARY - HOUR, JANUARY])
    assert months(times, 5 * HOUR).tolist() == ["2012-12", "2013-01"]


def test_weeks_begin_on_mondays() -> None:
    """A week's instant is its Monday at the hour a day begins, for each of its seven days."""
    monday = instant("2013-01-07T05:00:00Z")
    times = monday + DAY * np.arange(8)
    assert weeks(times, 5 * HOUR).tolist() == [monday] * 7 + [monday + 7 * DAY]
