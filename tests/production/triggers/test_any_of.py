from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import ConfigError
from production.triggers.any_of import AnyOf
from production.triggers.port import Wake
from production.triggers.schedule import Schedule
from production.triggers.volume import Volume
from tests.production.triggers.composed import Fixed
from tests.suites.trigger import TriggerSuite, moment


class TestAnyOf(TriggerSuite):
    """Any of two as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return AnyOf(triggers=[Schedule(every="7d"), Volume(outcomes=100)])


def test_the_reason_names_each_that_is_due() -> None:
    """What is on record says which one asked."""
    trigger = AnyOf(
        triggers={"a": Fixed(at=2, reason="A"), "b": Fixed(), "c": Fixed(at=5, reason="C")}
    )
    reasons = [trigger.due(moment(now)) for now in (1, 2, 5)]
    assert reasons == [None, "A", "A and C"]


def test_it_waits_for_what_comes_first() -> None:
    """The earliest moment, and the fewest of each count, of all."""
    trigger = AnyOf(
        triggers={
            "a": Fixed(at=9),
            "b": Fixed(waits=Wake(at=4, outcomes=3)),
            "c": Fixed(waits=Wake(outcomes=2, why="few came")),
        }
    )
    assert trigger.wake(moment()) == Wake(at=4, outcomes=2, why="c: few came")


@pytest.mark.parametrize("none", [[], {}])
def test_none_of_none_is_refused(none: Any) -> None:
    """It could never fire."""
    with pytest.raises(ConfigError, match="at least one"):
        AnyOf(triggers=none)
