from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY
from production.triggers.staleness_cost import StalenessCost
from tests.suites.trigger import TriggerSuite, moment, scored_day

if TYPE_CHECKING:
    from contracts.contract import Contract


class TestStalenessCost(TriggerSuite):
    """The cost of staleness as a trigger."""

    @pytest.fixture
    def trigger(self, contract: Contract) -> Any:
        """Make it."""
        return StalenessCost(contract=contract, threshold=5.0)


def test_what_each_window_lost_against_a_new_model_adds_up(contract: Contract) -> None:
    """A fall of .1 in skill is .05 in log-loss: 5 for each window of a hundred events."""
    windows = tuple(scored_day(at, skill=0.3 if at < 3 else 0.2) for at in range(6))
    runtime = moment(6 * DAY, windows=windows)
    below, above = (StalenessCost(contract=contract, threshold=each) for each in (14.9, 15.1))
    last = StalenessCost(contract=contract, threshold=4.9, cumulative=False)
    reason = below.due(runtime)
    assert reason is not None
    assert reason.startswith("staleness_cost: growing stale has cost 15 since the promotion")
    assert above.due(runtime) is None
    assert "has cost 5 in the last window" in (last.due(runtime) or "")
