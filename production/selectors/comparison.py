"""Compares two arms by what they earned in the same windows, at every look at once."""

from __future__ import annotations

from itertools import accumulate
from math import inf, isinf, nan, sqrt
from operator import add
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.score.confidence_sequence import radius
from production.metrics import NO_REWARDS, PARTS, Rewards

if TYPE_CHECKING:
    from collections.abc import Sequence


class ArmDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How much more one arm earns than another, in the reward's unit.

    Attributes:
        value: The difference; NaN while nothing can be told.
        low: The interval's lower end; minus infinity while nothing can be told.
        high: Its upper end.
        enough: Whether both arms earned enough to tell anything.
        margin: Half the width of the interval of this look alone: earlier ones may have ruled out
            more.
        time: What `radius` was asked for: the independent pairs of units that were compared.
    """

    value: float = nan
    low: float = -inf
    high: float = inf
    enough: bool = False
    margin: float = inf
    time: float = 0.0


def differences(
    arm: Sequence[Rewards],
    baseline: Sequence[Rewards],
    *,
    alpha: float,
    least: int,
    dependence: Sequence[float] = (),
) -> list[ArmDifference]:
    """Return the difference between two arms after each window: a confidence sequence.

    Arms are compared within each window, so that neither a hard week nor a share that grows is
    taken for a difference between them; the later interval never widens. Keys that come back are
    not independent units: where rewards tell the parts of keys, the variance is that of sums over
    parts, each of which has all windows of its keys.

    Args:
        arm: What the arm earned in each window.
        baseline: What the other earned in the same windows.
        alpha: The probability that any of the intervals misses the true difference.
        least: How many units either arm must have before anything can be told.
        dependence: After each window, how many times the variance is that of independent units, 1
            or more, where a caller knows better than by parts. While it is infinite nothing can be
            told.
    """
    steps = accumulate(zip(arm, baseline, strict=True), _State.plus, initial=_State())
    factors = dependence or [1.0] * len(arm)
    looks = [
        state.difference(alpha, least, factor)
        for state, factor in zip([*steps][1:], factors, strict=True)
    ]
    lows = accumulate((each.low for each in looks), max)
    highs = accumulate((each.high for each in looks), min)
    return [
        replace(each, low=low, high=high)
        for low, high, each in zip(lows, highs, looks, strict=True)
    ]


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over windows: weights, weighted differences, and the units of either arm.

    Then what each part of the keys contributed to the weighted differences, less the means; and the
    variance that their sum would have if all units were independent.
    """

    weight: float = 0.0
    total: float = 0.0
    arm: Rewards = NO_REWARDS
    baseline: Rewards = NO_REWARDS
    parts: tuple[float, ...] = ()
    independent: float = 0.0

    def plus(self, window: tuple[Rewards, Rewards]) -> _State:
        one, two = window
        both = one.count + two.count
        weight = one.count * two.count / both if both else 0.0
        parts, independent = self.parts, self.independent
        if weight and one.parts and two.parts:
            added = _contributions(weight, one, two)
            parts = tuple(map(add, parts or (0.0,) * PARTS, added))
            independent += weight**2 * (one.variance / one.count + two.variance / two.count)
        return _State(
            weight=self.weight + weight,
            total=self.total + weight * (one.mean - two.mean),
            arm=self.arm + one,
            baseline=self.baseline + two,
            parts=parts,
            independent=independent,
        )

    def difference(self, alpha: float, least: int, dependence: float) -> ArmDifference:
        too_few = min(self.arm.count, self.baseline.count) < least
        if too_few or not self.weight or isinf(dependence):
            return ArmDifference()
        mean = self.total / self.weight
        time = self.weight * max(dependence, self._dependence())
        margin = self._spread() * radius(time, alpha=alpha) / self.weight
        return ArmDifference(
            value=mean,
            low=mean - margin,
            high=mean + margin,
            enough=True,
            margin=margin,
            time=time,
        )

    def _dependence(self) -> float:
        """Return the variance of the sum over parts, by that of independent units."""
        clustered = sum(each**2 for each in self.parts)
        return clustered / self.independent if self.independent else 1.0

    def _spread(self) -> float:
        """Return the deviation of a unit: that of the arm with fewer units weighs more."""
        one, two = self.arm, self.baseline
        return sqrt((two.count * one.variance + one.count * two.variance) / (one.count + two.count))


def _contributions(weight: float, one: Rewards, two: Rewards) -> list[float]:
    """Return what each part of the keys adds to a window's weighted difference, less the means."""
    pairs = zip(one.parts, two.parts, strict=True)
    return [
        weight * ((sum1 - n1 * one.mean) / one.count - (sum2 - n2 * two.mean) / two.count)
        for (n1, sum1), (n2, sum2) in pairs
    ]
