from __future__ import annotations

from typing import Any

import pytest

from contracts.moment import DAY
from production.triggers.port import Wake
from production.triggers.schedule import Schedule
from tests.suites.trigger import TriggerSuite, moment


class TestSchedule(TriggerSuite):
    """A schedule as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Schedule(every="7d")


def test_a_schedule_is_due_on_its_date_and_not_before() -> None:
    """The date counts from the last refresh."""
    trigger = Schedule(every="7d")
    assert trigger.wake(moment()) == Wake(at=7 * DAY)
    assert trigger.due(moment(7 * DAY - 1)) is None
    assert trigger.due(moment(7 * DAY)) == "schedule: every 7d"
