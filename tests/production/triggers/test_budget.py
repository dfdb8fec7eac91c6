from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import DAY, HOUR
from production.metrics import PastTraining, Refreshes
from production.triggers.budget import Budget
from production.triggers.volume import Volume
from tests.production.triggers.composed import Fixed
from tests.suites.trigger import TriggerSuite, moment

ALWAYS = Fixed(at=0, reason="A")


class TestBudget(TriggerSuite):
    """A volume with a budget as a trigger."""

    @pytest.fixture
    def trigger(self) -> Any:
        """Make it."""
        return Budget(trigger=Volume(outcomes=10), trainings=2, seconds=100.0)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"trainings": 2}, "2 of 2 trainings"),
        ({"seconds": 30.0}, "40.0 of 30 seconds"),
    ],
)
def test_a_training_counts_for_a_day(limits: dict[str, Any], words: str) -> None:
    """The budget is there again once the training that used it up was a day ago."""
    trigger = Budget(trigger=ALWAYS, **limits)
    spent = tuple(PastTraining(at=at * HOUR, seconds=20.0) for at in (1, 5))
    during, after = (
        replace(moment(now), refreshes=Refreshes(trainings=spent)) for now in (6 * HOUR, 25 * HOUR)
    )
    assert trigger.due(during) is None
    wake = trigger.wake(during)
    assert (wake.at, wake.why) == (HOUR + DAY, f"the budget is spent: {words} within 1d")
    assert trigger.due(after) == "A"


def test_the_last_training_may_take_more_than_is_left() -> None:
    """Nobody knows before how long it takes."""
    used = (PastTraining(at=HOUR, seconds=9.0),)
    runtime = replace(moment(2 * HOUR), refreshes=Refreshes(trainings=used))
    assert Budget(trigger=ALWAYS, seconds=10.0).due(runtime) == "A"


@pytest.mark.parametrize("given", [{}, {"trainings": 1, "per": "8d"}])
def test_a_budget_that_limits_nothing_is_refused(given: dict[str, Any]) -> None:
    """Without a limit, or where trainings are forgotten before they stop counting."""
    with pytest.raises(ConfigError, match=r"budget|a week at most"):
        Budget(trigger=ALWAYS, **given)
