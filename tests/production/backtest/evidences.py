"""Figures that verdicts are decided by, made up for tests."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from contracts.score.bootstrap import Interval
from production.backtest.evidence import Margin, RefreshCost, RefreshEvidence

GOOD = Interval(value=0.05, low=0.04, high=0.06)
BAD = Interval(value=-0.05, low=-0.06, high=-0.04)
UNSURE = Interval(value=0.0, low=-0.01, high=0.01)
PLAIN = RefreshEvidence(
    lifecycle="adaptive",
    metric="log_loss",
    served=0.5,
    static=0.52,
    naive=0.55,
    gain=Interval(value=0.02, low=0.015, high=0.025),
    skill=GOOD,
    static_skill=GOOD,
    days=100,
    decays_from=None,
    margin=Margin(value=0.002, source="the contract's margin"),
    cost=RefreshCost(trainings=10, promoted=8, seconds=12.0, staleness_days=3.5),
)


def evidence(
    *, gain: tuple[float, float, float] = (0.02, 0.015, 0.025), promoted: int = 8, **changes: Any
) -> RefreshEvidence:
    """Return evidence of a gain, its bounds after it."""
    value, low, high = gain
    interval = Interval(value=value, low=low, high=high)
    cost = replace(PLAIN.cost, promoted=promoted)
    return replace(PLAIN, **{"gain": interval, "cost": cost} | changes)
