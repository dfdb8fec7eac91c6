"""The selector ``canary``: an arm's share grows beside the champion, unless it turns out worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from contracts.errors import ConfigError
from contracts.moment import PositiveDuration, duration
from production.selectors.comparison import differences
from production.selectors.port import CHAMPION, Split, only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.metrics import Rewards, Runtime
    from production.selectors.port import Choice

#: What a canary's rewards say of it.
Verdict = Literal["worse", "not worse", "cannot tell"]


class Canary:
    """Gives an arm a share that grows from ``start`` to ``top``; none once it turns out worse.

    The arm is compared with the champion by what both earned in the same windows since the
    experiment began, so their age is equal. It is worse once the interval of the difference, which
    holds at every look, lies below ``-margin``; that verdict stays. Without rewards enough of both
    nothing can be told, and then its share does not grow past ``start``.

    Args:
        arm: The arm.
        start: Its first share.
        top: Its last share.
        over: How long it takes from the one to the other, such as ``7d``.
        margin: How much less it may earn, in the reward's unit.
        alpha: The probability of ever taking an arm for worse that is not.
        least: Nothing can be told before either arm has earned the rewards of so many keys.

    Raises:
        ConfigError: The last share is less than the first.
    """

    def __init__(
        self,
        *,
        arm: str,
        start: Annotated[float, msgspec.Meta(gt=0, lt=1)],
        top: Annotated[float, msgspec.Meta(gt=0, le=1)],
        over: PositiveDuration,
        margin: Annotated[float, msgspec.Meta(ge=0)],
        alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)],
        least: Annotated[int, msgspec.Meta(ge=2)],
    ) -> None:
        if top < start:
            raise ConfigError(f"selector.top={top} is less than selector.start={start}")
        self._arm, self._start, self._top, self._over = arm, start, top, duration(over)
        self._margin, self._alpha, self._least = margin, alpha, least

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the shares of the arm and the champion.

        Raises:
            StateError: There is no such arm.
        """
        choice.require(self._arm)
        arms = runtime.arms if runtime else {}
        opinion = self.verdict(arms.get(self._arm, ()), arms.get(CHAMPION, ()))
        if opinion == "worse":
            return only(CHAMPION)
        share = self._start
        if runtime and opinion == "not worse":
            age = min(1.0, max(0, runtime.now - choice.began) / self._over)
            share += age * (self._top - self._start)
        return Split(shares={CHAMPION: 1 - share, self._arm: share})

    def verdict(self, arm: Sequence[Rewards], baseline: Sequence[Rewards]) -> Verdict:
        """Return what rewards say of the arm, window by window the champion's beside them."""
        looks = differences(arm, baseline, alpha=self._alpha, least=self._least)
        if not looks or not looks[-1].enough:
            return "cannot tell"
        return "worse" if looks[-1].high < -self._margin else "not worse"
