from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.moment import DAY
from production.metrics import Refreshes
from production.triggers.staleness import Staleness
from tests.suites.trigger import TriggerSuite, moment


class TestStaleness(TriggerSuite):
    """Staleness as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Staleness(age="7d", again="1d")


def test_it_counts_from_what_the_model_knows() -> None:
    """After a refresh that was refused the model is older than the refresh."""
    trigger = Staleness(age="7d", again="2d")
    known = replace(moment(), since=6 * DAY, refreshes=Refreshes(known_by=DAY))
    assert trigger.wake(known).at == 8 * DAY
    assert trigger.due(replace(known, now=8 * DAY - 1)) is None
    reason = trigger.due(replace(known, now=8 * DAY))
    assert reason == "staleness: the model knows outcomes until 1970-01-02T00:00:00Z, 7d ago"


def test_it_asks_again_after_a_refresh_that_came_to_nothing() -> None:
    """Not at every moment from then on."""
    trigger = Staleness(age="7d", again="2d")
    refused = replace(moment(20 * DAY), since=20 * DAY, refreshes=Refreshes(known_by=0))
    assert trigger.due(refused) is None
    assert trigger.wake(refused).at == 22 * DAY
