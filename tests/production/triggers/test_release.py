from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from production.metrics import NewestRelease, Refreshes
from production.triggers.port import Wake
from production.triggers.release import NewRelease
from tests.suites.trigger import TriggerSuite, moment


class TestNewRelease(TriggerSuite):
    """A release as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return NewRelease()


def released(version: str, at: int, **given: Any) -> Any:
    """Return the metrics of moment 9 with a newest release."""
    refreshes = Refreshes(release="1.0.0", newest=NewestRelease(version=version, at=at))
    return replace(moment(9), refreshes=refreshes, **given)


def test_a_release_is_asked_for_once() -> None:
    """One that was recorded since the last refresh, and is not what serves."""
    trigger = NewRelease()
    assert trigger.due(released("1.1.0", 5)) == "release: 1.1.0, after 1.0.0"
    assert trigger.due(released("1.0.0", 5)) is None
    assert trigger.due(released("1.1.0", 5, since=6)) is None


def test_it_waits_for_a_record() -> None:
    """No moment is known before."""
    known = Wake(recorded=True, why="no release was recorded since 1.0.0")
    assert NewRelease().wake(released("1.0.0", 5)) == known
