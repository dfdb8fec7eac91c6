from __future__ import annotations

from typing import Any

import pytest

from contracts.moment import DAY
from production.triggers.cooldown import Cooldown
from production.triggers.port import Wake
from production.triggers.volume import Volume
from tests.production.triggers.composed import Fixed
from tests.suites.trigger import TriggerSuite, moment


class TestCooldown(TriggerSuite):
    """A volume with a cooldown as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Cooldown(trigger=Volume(outcomes=10), rests="2d")


def test_it_is_not_heard_before_the_rest_is_over() -> None:
    """Whatever the other trigger says; then it is heard, and asked when it likes."""
    trigger = Cooldown(trigger=Fixed(at=0, reason="A"), rests="1d")
    assert [trigger.due(moment(now)) for now in (DAY - 1, DAY)] == [None, "A"]
    assert trigger.wake(moment(5)).at == DAY
    assert trigger.wake(moment(DAY)) == Wake(at=0)
