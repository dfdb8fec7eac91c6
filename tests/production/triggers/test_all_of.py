from __future__ import annotations

from typing import Any

import pytest

from production.triggers.all_of import AllOf
from production.triggers.port import Wake
from production.triggers.schedule import Schedule
from production.triggers.volume import Volume
from tests.production.triggers.composed import Fixed
from tests.suites.trigger import TriggerSuite, moment


class TestAllOf(TriggerSuite):
    """Two at once as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return AllOf(triggers=[Schedule(every="7d"), Volume(outcomes=100)])


def test_it_is_due_once_all_are() -> None:
    """One alone does not ask; the reason names all."""
    trigger = AllOf(triggers={"a": Fixed(at=2, reason="A"), "b": Fixed(at=5, reason="B")})
    reasons = [trigger.due(moment(now)) for now in (1, 2, 5)]
    assert reasons == [None, None, "A and B"]


def test_it_waits_for_those_that_are_not_due() -> None:
    """A moment of one that is due has passed, and would be asked for again at once."""
    trigger = AllOf(triggers={"a": Fixed(at=2, reason="A"), "b": Fixed(waits=Wake(outcomes=7))})
    assert trigger.wake(moment(3)) == Wake(outcomes=7, why="met: A")
