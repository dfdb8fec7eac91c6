"""Compares two arms by what they earned in the same windows, at every look at once."""

from __future__ import annotations

from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING

import msgspec

from contracts.score.confidence_sequence import radius
from production.metrics import NO_REWARDS, Rewards
from production.selectors.arms import deviation

if TYPE_CHECKING:
    from collections.abc import Sequence


class ArmDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How much more one arm earns than another, in the reward's unit.

    Attributes:
        low: The interval's lower end; minus infinity while nothing can be told.
        high: Its upper end.
        enough: Whether both arms earned enough to tell anything.
    """

    low: float
    high: float
    enough: bool


def differences(
    arm: Sequence[Rewards], baseline: Sequence[Rewards], *, alpha: float, least: int
) -> list[ArmDifference]:
    """Return the difference between two arms after each window: a confidence sequence.

    Arms are compared within each window, so that neither a hard week nor a share that grows is
    taken for a difference between them; the later interval never widens.

    Args:
        arm: What the arm earned in each window.
        baseline: What the other earned in the same windows.
        alpha: The probability that any of the intervals misses the true difference.
        least: How many units either arm must have before anything can be told.
    """
    steps = accumulate(zip(arm, baseline, strict=True), _State.plus, initial=_State())
    intervals = [state.difference(alpha, least) for state in steps][1:]
    lows = accumulate((each.low for each in intervals), max)
    highs = accumulate((each.high for each in intervals), min)
    return [
        ArmDifference(low=low, high=high, enough=each.enough)
        for low, high, each in zip(lows, highs, intervals, strict=True)
    ]


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over windows: weights, weighted differences, and the units of either arm."""

    weight: float = 0.0
    total: float = 0.0
    arm: Rewards = NO_REWARDS
    baseline: Rewards = NO_REWARDS

    def plus(self, window: tuple[Rewards, Rewards]) -> _State:
        one, two = window
        both = one.count + two.count
        weight = one.count * two.count / both if both else 0.0
        return _State(
            weight=self.weight + weight,
            total=self.total + weight * (one.mean - two.mean),
            arm=self.arm + one,
            baseline=self.baseline + two,
        )

    def difference(self, alpha: float, least: int) -> ArmDifference:
        spread = deviation({"arm": self.arm, "baseline": self.baseline})
        if min(self.arm.count, self.baseline.count) < least or not self.weight:
            return ArmDifference(low=-inf, high=inf, enough=False)
        mean = self.total / self.weight
        margin = spread * radius(self.weight, alpha=alpha) / self.weight
        return ArmDifference(low=mean - margin, high=mean + margin, enough=True)
