from __future__ import annotations

from typing import Any

import pytest

from contracts.moment import DAY
from production.triggers.never import Never
from production.triggers.port import Wake
from tests.suites.trigger import TriggerSuite, moment


class TestNever(TriggerSuite):
    """Never as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Never()


def test_never_is_never_due() -> None:
    """The trigger of a lifecycle without generations neither fires nor wakes."""
    assert Never().due(moment(10 * DAY)) is None
    assert Never().wake(moment()) == Wake(why="this lifecycle never refreshes by itself")
