from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import DAY
from production.metrics import ScoredWindow
from production.triggers.decline import Decline
from tests.suites.trigger import TriggerSuite, moment, scored_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract


class TestDecline(TriggerSuite):
    """A decline as a trigger."""

    @pytest.fixture
    def trigger(self, contract: Contract) -> Any:
        """Make it."""
        return Decline(contract=contract, margin=0.05, over=1, cooldown="1d")


@pytest.fixture
def decline(contract: Contract) -> Callable[..., Decline]:
    """Makes a decline for the small product."""
    return partial(Decline, contract=contract, margin=0.05, over=1, cooldown="1d")


def test_a_decline_is_due_when_skill_has_fallen_by_more_than_the_margin(
    decline: Callable[..., Decline],
) -> None:
    """Skill is held against the first windows since promotion; the main metric is the default."""
    trigger = decline(over=2)
    steady = tuple(scored_day(at, skill=0.2) for at in range(6))
    fallen = (*steady[:4], scored_day(4, skill=0.1), scored_day(5, skill=0.1))
    assert trigger.due(moment(6 * DAY, windows=steady)) is None
    assert trigger.due(moment(6 * DAY, windows=fallen)) == "decline: skill 0.100 after 0.200"


def test_a_decline_rests_after_a_refresh(decline: Callable[..., Decline]) -> None:
    """Within the cooldown nothing is due, however far skill has fallen."""
    trigger = decline(cooldown="7d")
    fallen = (scored_day(0, skill=0.3), scored_day(1, skill=0.0))
    assert trigger.due(moment(2 * DAY, windows=fallen)) is None


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
    assert bool(decline(metric="roc_auc").due(moment(2 * DAY, windows=windows))) is fires


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
    assert trigger.due(moment(2 * DAY, windows=windows)) == reason


def test_a_decline_of_a_metric_that_the_contract_lacks_is_refused(
    decline: Callable[..., Decline],
) -> None:
    """No window is scored by it, so the trigger would never fire."""
    with pytest.raises(ConfigError, match=r"trigger.metric=roc_auk: .*did you mean 'roc_auc'"):
        decline(metric="roc_auk")
