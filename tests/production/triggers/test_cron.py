from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import instant, iso
from production.triggers.cron import Cron
from tests.suites.trigger import TriggerSuite, moment


class TestCron(TriggerSuite):
    """A cron expression as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Cron(times="30 4 * * MON", zone="Europe/Berlin")


def times(expression: str, zone: str, start: str, count: int) -> list[str]:
    """Return the first times after a moment at which refreshes are asked for."""
    trigger, since, seen = Cron(times=expression, zone=zone), instant(start), list[str]()
    for _ in range(count):
        at = trigger.wake(replace(moment(), since=since)).at
        assert at is not None
        assert trigger.due(replace(moment(at - 1), since=since)) is None
        assert trigger.due(replace(moment(at), since=since))
        seen.append(iso(at))
        since = at
    return seen


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        # At two o'clock on 10 March 2013 the clocks of New York went to three.
        (
            "30 2 * * *",
            "2013-03-09T00:00:00Z",
            ["2013-03-09T07:30:00Z", "2013-03-10T07:00:00Z", "2013-03-11T06:30:00Z"],
        ),
        # At two o'clock on 3 November they went back to one.
        (
            "30 1 * * *",
            "2013-11-02T12:00:00Z",
            ["2013-11-03T05:30:00Z", "2013-11-04T06:30:00Z"],
        ),
        # Every hour is every hour.
        (
            "0 * * * *",
            "2013-11-03T04:30:00Z",
            ["2013-11-03T05:00:00Z", "2013-11-03T06:00:00Z", "2013-11-03T07:00:00Z"],
        ),
    ],
)
def test_a_change_of_the_clock_neither_skips_nor_repeats_a_refresh(
    expression: str, start: str, expected: list[str]
) -> None:
    """A time that does not exist comes as soon as it can; one that exists twice comes once."""
    assert times(expression, "America/New_York", start, len(expected)) == expected


def test_times_are_utc_unless_a_zone_is_named() -> None:
    """No machine's own zone decides."""
    trigger = Cron(times="0 3 1 * *")
    since = replace(moment(), since=instant("2013-03-01T03:00:00Z"))
    assert trigger.wake(since).at == instant("2013-04-01T03:00:00Z")


def test_times_that_have_passed_are_made_up_for_once() -> None:
    """An agent that stood still for a month asks once, and names the first time that it missed."""
    late = replace(moment(instant("2013-02-10T00:00:00Z")), since=instant("2013-01-01T00:00:00Z"))
    trigger = Cron(times="0 0 * * MON")
    assert trigger.due(late) == "cron: 0 0 * * MON UTC, of 2013-01-07T00:00:00Z"
    assert trigger.due(replace(late, since=late.now)) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"times": "often"}, r"trigger\.times='often': .*minute hour"),
        ({"times": "0 25 * * *"}, "Bad hour"),
        ({"times": "0 0 31 2 *"}, "trigger.times"),
        ({"times": "0 0 * * *", "zone": "Mars/Base"}, "no such time zone"),
        ({"times": "0 0 * * *", "zone": "../../etc/passwd"}, "no such time zone"),
    ],
)
def test_what_is_no_time_is_refused(given: dict[str, str], message: str) -> None:
    """When the trigger is made, with the key."""
    with pytest.raises(ConfigError, match=message):
        Cron(**given)
