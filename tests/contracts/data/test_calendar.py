import numpy as np

from contracts.data.calendar import middle_of_month, months, weeks
from contracts.moment import DAY, HOUR, instant

FEBRUARY = 31 * DAY


def test_weeks_begin_on_mondays() -> None:
    """All seven days of a week give its Monday, at the hour at which a day begins."""
    monday = instant("2013-01-07T05:00:00Z")
    times = monday + DAY * np.arange(8)
    assert weeks(times, 5 * HOUR).tolist() == [monday] * 7 + [monday + 7 * DAY]


def test_a_month_begins_when_its_first_day_does() -> None:
    """With days that begin at five, half past four on the first is still the month before."""
    times = FEBRUARY + np.array([-1, 0, 4 * HOUR + HOUR // 2, 5 * HOUR])
    assert months(times, 0).tolist() == ["1970-01", *["1970-02"] * 3]
    assert months(times, 5 * HOUR).tolist() == [*["1970-01"] * 3, "1970-02"]
    assert months(times, -HOUR).tolist() == ["1970-02"] * 4


def test_the_middle_of_a_month_is_equally_far_from_both_ends() -> None:
    """In February and in December, too."""
    assert middle_of_month("1970-01") == 15.5 * DAY
    assert middle_of_month("1970-02") == FEBRUARY + 14 * DAY
    assert middle_of_month("1970-12") == (365 - 15.5) * DAY
