from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.moment import DAY
from production.metrics import Rewards
from production.triggers.forecast import Forecast
from tests.suites.trigger import TriggerSuite, moment, scored_day

if TYPE_CHECKING:
    from contracts.contract import Contract


class TestForecast(TriggerSuite):
    """A forecast as a trigger."""

    @pytest.fixture
    def trigger(self, contract: Contract) -> Any:
        """Make it."""
        return Forecast(contract=contract, price=5.0)


def served(*, fall: float, noise: float = 0.0) -> Any:
    """Return the metrics of 24 days, of which each generation served 8 and fell a bit each day."""
    reward = Rewards(count=1, mean=0.0, variance=0.0)
    windows = tuple(
        replace(
            scored_day(at, skill=0.3 - fall * (at % 8 + 1) + noise * (-1) ** at),
            rewards={f"1.0.0/{at // 8}": reward},
        )
        for at in range(24)
    )
    return replace(moment(24 * DAY, windows=windows), promoted=16 * DAY)


def test_the_fall_with_age_is_forecast_for_the_horizon(contract: Contract) -> None:
    """.01 of skill a day, so .005 of log-loss, for 8 days of age on 100 events a day: 28 a week."""
    runtime = served(fall=0.01)
    dear, cheap = (Forecast(contract=contract, price=price) for price in (28.1, 27.9))
    assert dear.due(runtime) is None
    reason = cheap.due(runtime)
    assert reason is not None
    assert reason.startswith("forecast: keeping the model for 7 days is forecast to cost 28 more")


def test_doubt_about_the_fall_counts_as_it_is_told_to(contract: Contract) -> None:
    """A fall that chance may be: proof is waited for, or a refresh made for safety."""
    runtime = served(fall=0.0, noise=0.05)
    careful = Forecast(contract=contract, price=5.0, deviations=1.0)
    waiting = Forecast(contract=contract, price=5.0, deviations=-1.0)
    assert careful.due(runtime) is not None
    assert waiting.due(runtime) is None
