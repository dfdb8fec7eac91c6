from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import DAY
from production.metrics import Runtime, ScoredWindow
from production.triggers import Decline, Never, Schedule, Volume, Wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract


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


@pytest.fixture
def decline(contract: Contract) -> Callable[..., Decline]:
    """Makes a decline for the small product."""
    return partial(Decline, contract=contract, margin=0.05, over=1, cooldown="1d")


def test_a_decline_is_due_when_skill_has_fallen_by_more_than_the_margin(
    decline: Callable[..., Decline],
) -> None:
    """Skill is held against the first windows since promotion; the main metric is the default."""
    trigger = decline(over=2)
    steady = tuple(day(at, skill=0.2) for at in range(6))
    fallen = (*steady[:4], day(4, skill=0.1), day(5, skill=0.1))
    assert trigger.due(runtime(6 * DAY, windows=steady)) is None
    assert trigger.due(runtime(6 * DAY, windows=fallen)) == "decline: skill 0.100 after 0.200"


def test_a_decline_rests_after_a_refresh(decline: Callable[..., Decline]) -> None:
    """Within the cooldown nothing is due, however far skill has fallen."""
    trigger = decline(cooldown="7d")
    fallen = (day(0, skill=0.3), day(1, skill=0.0))
    assert trigger.due(runtime(2 * DAY, windows=fallen)) is None


def test_never_is_never_due() -> None:
    """The trigger of a lifecycle without generations neither fires nor wakes."""
    assert Never().due(runtime(10 * DAY)) is None
    assert Never().wake(runtime()) == Wake(why="this lifecycle never refreshes by itself")


@pytest.mark.parametrize(("before", "after", "fires"), [(0.8, 0.6, True), (0.6, 0.8, False)])
def test_a_decline_takes_a_metric_where_higher_is_better(
    decline: Callable[..., Decline], before: float, after: float, *, fires: bool
) -> None:
    """It fires when the area shrinks, not when it grows."""
    windows = tuple(
        ScoredWindow(
            start=at * DAY,
            end=(at + 1) * DAY,
            rows=100,
            served={"roc_auc": area},
            baseline={"roc_auc": 0.5},
        )
        for at, area in enumerate((before, after))
    )
    assert bool(decline(metric="roc_auc").due(runtime(2 * DAY, windows=windows))) is fires


@pytest.mark.parametrize(
    ("after", "reason"), [(0.12, "decline: unlisted 0.120 after 0.020"), (0.0, None)]
)
def test_a_decline_goes_by_the_score_where_no_model_has_skill(
    contract: Contract, after: float, reason: str | None
) -> None:
    """Labels that are not listed are nobody's skill: served and baseline score the same."""
    (metric, *_) = contract.metrics
    contract = replace(contract, metrics=(replace(metric, name="unlisted"),))
    windows = tuple(
        ScoredWindow(
            start=at * DAY,
            end=(at + 1) * DAY,
            rows=100,
            served={"unlisted": share},
            baseline={"unlisted": share},
        )
        for at, share in enumerate((0.02, after))
    )
    trigger = Decline(contract=contract, margin=0.05, over=1, cooldown="1d")
    assert trigger.due(runtime(2 * DAY, windows=windows)) == reason


def test_a_decline_of_a_metric_that_the_contract_lacks_is_refused(
    decline: Callable[..., Decline],
) -> None:
    """No window is scored by it, so the trigger would never fire."""
    with pytest.raises(ConfigError, match=r"trigger.metric=roc_auk: .*did you mean 'roc_auc'"):
        decline(metric="roc_auk")
