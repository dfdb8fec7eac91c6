from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import ConfigError
from production.triggers.port import Wake
from production.triggers.volume import Volume
from tests.suites.trigger import TriggerSuite, moment


class TestVolume(TriggerSuite):
    """A volume as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Volume(requests=200, outcomes=100)


def test_a_volume_is_due_at_its_last_outcome() -> None:
    """It asks to be woken by just as many as are missing."""
    trigger = Volume(outcomes=100)
    assert trigger.wake(moment(outcomes=40)) == Wake(outcomes=60)
    assert trigger.due(moment(outcomes=99)) is None
    assert trigger.due(moment(outcomes=100)) == "volume: 100 outcomes"


@pytest.mark.parametrize("outcomes", [None, 0, -5, "many", True])
def test_a_volume_of_nothing_is_refused(outcomes: Any) -> None:
    """A trigger that could never fire, or always would, says so when it is made."""
    with pytest.raises(ConfigError, match="above 0"):
        Volume(outcomes=outcomes)
