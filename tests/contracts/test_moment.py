from __future__ import annotations

import pytest

from contracts.errors import ConfigError
from contracts.moment import DAY, END_OF_TIME, HOUR, duration, instant, iso


@pytest.mark.parametrize("given", [3, None, "3", "3 days", "", "-1d"])
def test_a_wrong_duration_is_refused_with_an_example(given: object) -> None:
    """For example a number without its unit."""
    with pytest.raises(ConfigError, match="for example 7d"):
        duration(given)


def test_a_duration_adds_its_parts() -> None:
    """Parts of several units add up, and zero needs none."""
    assert duration("1d12h") == DAY + 12 * HOUR
    assert duration("0") == 0


def test_an_instant_needs_its_offset() -> None:
    """Without an offset a time is ambiguous."""
    assert iso(instant("2013-03-01T00:00:00-05:00")) == "2013-03-01T05:00:00Z"
    with pytest.raises(ConfigError, match="offset"):
        instant("2013-03-01")


def test_an_instant_beyond_the_calendar_has_a_name() -> None:
    """``END_OF_TIME`` has a name in words."""
    assert iso(END_OF_TIME)
