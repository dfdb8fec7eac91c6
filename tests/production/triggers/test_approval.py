from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.moment import DAY
from production.metrics import PersonsWord, Proposal, Refreshes
from production.triggers.approval import Approval
from production.triggers.volume import Volume
from tests.production.triggers.composed import Fixed
from tests.suites.trigger import TriggerSuite, moment

DUE = Fixed(at=3, reason="volume")
PROPOSED = Proposal(at=4, reason="volume")


class TestApproval(TriggerSuite):
    """A volume that a person approves as a trigger."""

    @pytest.fixture(params=["0", "2d"])
    def trigger(self, request: pytest.FixtureRequest) -> Any:
        """Make it."""
        return Approval(trigger=Volume(outcomes=10), takes=request.param)


def attended(now: int, *said: tuple[int, str], proposal: Proposal | None = None) -> Any:
    """Return the metrics of a moment where there are people, and what they said."""
    words = tuple(PersonsWord(at=at, who="ada", action=what, why="so") for at, what in said)
    return replace(moment(now), attended=True, refreshes=Refreshes(said=words), proposal=proposal)


def test_what_is_due_is_proposed_first() -> None:
    """Nothing is trained before a person says so."""
    trigger = Approval(trigger=DUE)
    assert trigger.due(attended(4)) is None
    assert trigger.wake(attended(2)).proposal == ""
    assert trigger.wake(attended(4)).proposal == "volume"
    waits = trigger.wake(attended(5, proposal=PROPOSED))
    assert (waits.proposal, waits.recorded, waits.at) == ("", True, None)


def test_an_approval_is_of_what_was_proposed() -> None:
    """Also if the trigger is not due any more; an answer to an earlier proposal is none."""
    trigger = Approval(trigger=Fixed())
    approved = trigger.due(attended(9, (5, "approve"), proposal=PROPOSED))
    assert approved == "volume (approved by ada: so)"
    assert trigger.due(attended(9, (3, "approve"), proposal=PROPOSED)) is None
    assert trigger.due(attended(9, (5, "refresh"), proposal=PROPOSED)) is None


def test_a_rejected_proposal_is_made_again_later() -> None:
    """Until then it says who rejected it and why."""
    trigger, rejected = Approval(trigger=DUE, rests="1d"), (5, "reject")
    during = attended(9, rejected, proposal=PROPOSED)
    assert trigger.due(during) is None
    assert trigger.wake(during).words() == (
        "due at 1970-01-02T00:00:00.000005Z (volume was rejected by ada: so)"
    )
    after = attended(DAY + 5, rejected, proposal=PROPOSED)
    assert trigger.wake(after).proposal == "volume"


def test_nobody_keeps_a_backtest_waiting() -> None:
    """Where there is no person, a proposal is approved after the time that a person takes."""
    at_once = Approval(trigger=DUE).due(moment(4))
    assert at_once == "volume (approved at once, as nobody is here)"
    trigger = Approval(trigger=DUE, takes="2d")
    assert trigger.due(moment(4)) is None
    assert trigger.wake(moment(4)).proposal == "volume"
    proposed = replace(moment(5), proposal=PROPOSED)
    assert trigger.wake(proposed).at == 4 + 2 * DAY
    assert trigger.due(proposed) is None
    reason = trigger.due(replace(proposed, now=4 + 2 * DAY))
    assert reason == "volume (approved after 2d, as nobody is here)"
