from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import ConfigError
from contracts.moment import DAY
from production.triggers import Decline, Never, Runtime, Schedule, ScoredWindow, Volume, Wake


def runtime(now: int = 0, *, outcomes: int = 0, windows: tuple[ScoredWindow, ...] = ()) -> Runtime:
    """Return runtime metrics counted from 0."""
    return Runtime(
        now=now, since=0, promoted=0, requests=2 * outcomes, outcomes=outcomes, windows=windows
    )


def day(at: int, *, skill: float) -> ScoredWindow:
    """Return one day's window with a skill in log-loss."""
    return ScoredWindow(
        start=at * DAY,
        end=(at + 1) * DAY,
        rows=100,
        served={"log_loss": 0.5 * (1 - skill)},
        baseline={"log_loss": 0.5},
    )


def test_a_schedule_is_due_on_its_date_and_not_before() -> None:
    """The date counts from the last refresh."""
    trigger = Schedule(every="7d")
    assert trigger.wake(runtime()) == Wake(at=7 * DAY)
    assert trigger.due(runtime(7 * DAY - 1)) is None
    assert trigger.due(runtime(7 * DAY)) == "schedule: every 7d"


def test_a_volume_is_due_at_its_last_outcome() -> None:
    """It asks to be woken by just as many as are missing."""
    trigger = Volume(outcomes=100)
    assert trigger.wake(runtime(outcomes=40)) == Wake(outcomes=60)
    assert trigger.due(runtime(outcomes=99)) is None
    assert trigger.due(runtime(outcomes=100)) == "volume: 100 outcomes"


@pytest.mark.parametrize("outcomes", [None, 0, -5, "many", True])
def test_a_volume_of_nothing_is_refused(outcomes: Any) -> None:
    """A trigger that could never fire, or always would, says so when it is made."""
    with pytest.raises(ConfigError, match="above 0"):
        Volume(outcomes=outcomes)


def test_a_decline_is_due_when_skill_has_fallen_by_more_than_the_margin() -> None:
    """Skill is held against the first windows since promotion."""
    trigger = Decline(metric="log_loss", margin=0.05, over=2, cooldown="1d")
    steady = tuple(day(at, skill=0.2) for at in range(6))
    fallen = (*steady[:4], day(4, skill=0.1), day(5, skill=0.1))
    assert trigger.due(runtime(6 * DAY, windows=steady)) is None
    assert trigger.due(runtime(6 * DAY, windows=fallen)) == "decline: skill 0.100 after 0.200"


def test_a_decline_rests_after_a_refresh() -> None:
    """Within the cooldown nothing is due, however far skill has fallen."""
    trigger = Decline(metric="log_loss", margin=0.05, over=1, cooldown="7d")
    fallen = (day(0, skill=0.3), day(1, skill=0.0))
    assert trigger.due(runtime(2 * DAY, windows=fallen)) is None


def test_never_is_never_due() -> None:
    """The trigger of a lifecycle without generations neither fires nor wakes."""
    assert Never().due(runtime(10 * DAY)) is None
    assert Never().wake(runtime()) == Wake()


def test_a_decline_of_what_is_no_loss_is_refused() -> None:
    """A metric where higher is better would fire when the model gets better."""
    with pytest.raises(ConfigError, match="where lower is better"):
        Decline(metric="roc_auc", margin=0.1, over=1, cooldown="1d")
