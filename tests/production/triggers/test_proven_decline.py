from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.moment import DAY
from production.triggers.proven_decline import ProvenDecline
from tests.suites.trigger import TriggerSuite, moment, scored_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.contract import Contract
    from production.metrics import Runtime

#: Two weeks of a model as it was promoted, no day like the other.
STEADY = [0.30 + 0.001 * (at * 5 % 14) for at in range(14)]


class TestProvenDecline(TriggerSuite):
    """A proven decline as a trigger."""

    @pytest.fixture(params=[None, 0.1])
    def trigger(self, contract: Contract, request: pytest.FixtureRequest) -> Any:
        """Make it."""
        return ProvenDecline(contract=contract, over=7, floor=request.param)


@pytest.fixture
def decline(contract: Contract) -> Callable[..., ProvenDecline]:
    """Makes a proven decline for the small product."""
    return partial(ProvenDecline, contract=contract)


def scored(skills: Sequence[float], **given: Any) -> Runtime:
    """Return the metrics after days with these skills."""
    windows = tuple(scored_day(at, skill=skill) for at, skill in enumerate(skills))
    return replace(moment(len(skills) * DAY, windows=windows), **given)


def test_a_fall_is_proven_by_as_many_days_as_it_takes(decline: Callable[..., Any]) -> None:
    """One bad day proves nothing, two weeks of them do, and the reason says by what."""
    trigger = decline()
    assert trigger.due(scored([*STEADY, 0.1])) is None
    reason = trigger.due(scored([*STEADY, *(0.2 - 0.001 * at for at in range(14))]))
    assert reason.startswith("proven decline: skill 0.194 after 0.306, evidence ")


def test_a_fall_within_the_margin_is_none(decline: Callable[..., Any]) -> None:
    """However long it lasts."""
    fallen = scored([*STEADY, *(0.2 - 0.001 * at for at in range(14)), *(STEADY * 2)])
    assert decline(margin=0.05).due(fallen)
    assert decline(margin=0.15).due(fallen) is None


def test_a_floor_needs_no_history(decline: Callable[..., Any]) -> None:
    """A model that was never good enough is found too; one bad day in two proves nothing."""
    trigger = decline(floor=0.1)
    assert trigger.due(scored([0.05] * 4)) is None
    reason = trigger.due(scored([0.05] * 12))
    assert reason.startswith("proven decline: skill below 0.1 in 12 of 12 windows, evidence ")
    assert trigger.due(scored([0.05, 0.15] * 20)) is None


def test_it_asks_again_only_after_another_window(decline: Callable[..., Any]) -> None:
    """A refresh that came to nothing is no reason to try at every moment."""
    fallen = scored([0.05] * 12)
    trigger = decline(floor=0.1)
    assert trigger.due(replace(fallen, since=fallen.now)) is None
    assert trigger.due(replace(scored([0.05] * 13), since=fallen.now))


def test_a_loss_of_outcomes_rises_where_it_declines(contract: Contract) -> None:
    """Where no model has skill its score is compared, whichever way is better."""
    (metric, *_) = contract.metrics
    contract = replace(contract, metrics=(replace(metric, name="unlisted"),))
    trigger = ProvenDecline(contract=contract, floor=0.1)

    def unlisted(share: float) -> Runtime:
        windows = tuple(
            replace(scored_day(at, skill=0), served={"unlisted": share}) for at in range(14)
        )
        return moment(14 * DAY, windows=windows)

    assert trigger.due(unlisted(0.05)) is None
    assert trigger.due(unlisted(0.2))
