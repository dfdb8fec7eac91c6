"""The selector ``canary``: an arm's share grows beside its baseline, unless it turns out worse."""

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

    The arm is compared with its baseline by what both earned in the same windows since the
    experiment began. It is worse once the interval of the difference, which holds at every look,
    lies below ``-margin``; that verdict stays. Without rewards enough of both nothing can be told,
    and then its share does not grow past ``start``.

    The baseline is the champion, or an arm of its own: refreshes move the champion and not that
    one, so that a model is not compared with one that was trained later. Both begin in the same
    moment and have the same share, at the two ends of the draw: as it grows, their keys stay.

    Args:
        arm: The arm.
        start: Its first share.
        top: Its last share.
        over: How long it takes from the one to the other, such as ``7d``.
        events: How many events the arm must serve from the one to the other. With both, the share
            is the smaller one.
        baseline: The arm that it is compared with; the champion if there is none.
        margin: How much less it may earn, in the reward's unit.
        alpha: The probability of ever taking an arm for worse that is not.
        least: Nothing can be told before either arm has earned the rewards of so many keys.

    Raises:
        ConfigError: The last share is less than the first, or leaves none to the baseline; or
            nothing says how fast it grows.

    >>> from production.generation.description import Candidate
    >>> from production.selectors.port import Choice
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "baseline": one, "candidate": two})
    >>> shares = {"start": 0.1, "top": 0.4, "over": "7d"}
    >>> limits = {"margin": 0.0, "alpha": 0.05, "least": 100}
    >>> Canary(arm="candidate", baseline="baseline", **shares, **limits)(choice, None).shares
    {'baseline': 0.1, 'champion': 0.8, 'candidate': 0.1}
    """

    def __init__(
        self,
        *,
        arm: str,
        start: Annotated[float, msgspec.Meta(gt=0, lt=1)],
        top: Annotated[float, msgspec.Meta(gt=0, le=1)],
        over: PositiveDuration | None,
        margin: Annotated[float, msgspec.Meta(ge=0)],
        alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)],
        least: Annotated[int, msgspec.Meta(ge=2)],
        events: Annotated[int, msgspec.Meta(ge=1)] | None = None,
        baseline: str | None = None,
    ) -> None:
        if top < start:
            raise ConfigError(f"selector.top={top} is less than selector.start={start}")
        if baseline is not None and top > 1 / 2:
            raise ConfigError(
                f"selector.top={top} leaves no equal share to selector.baseline={baseline}",
                hint="selector.top=0.5 at most",
            )
        if over is None and events is None:
            raise ConfigError(
                "selector.over and selector.events are both null: nothing says how fast it grows",
                hint="selector.over=7d, or selector.events=10000",
            )
        self._arm, self._start, self._top = arm, start, top
        self._over, self._events = None if over is None else duration(over), events
        self._margin, self._alpha, self._least = margin, alpha, least
        self._baseline = baseline

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the shares of the arm, its baseline and the champion.

        Raises:
            StateError: There is no such arm.
        """
        baseline = self._baseline or CHAMPION
        choice.require(self._arm, baseline)
        arms = runtime.arms if runtime else {}
        opinion = self.verdict(arms.get(self._arm, ()), arms.get(baseline, ()))
        if opinion == "worse":
            return only(CHAMPION)
        share = self._start
        if runtime and opinion == "not worse":
            share += self._grown(choice, runtime) * (self._top - self._start)
        beside = {self._baseline: share} if self._baseline else {}
        champion = max(0.0, 1 - share * (1 + len(beside)))
        return Split(
            shares={**beside, CHAMPION: champion, self._arm: share},
            order=(*beside, CHAMPION, self._arm),
        )

    def verdict(self, arm: Sequence[Rewards], baseline: Sequence[Rewards]) -> Verdict:
        """Return what rewards say of the arm, window by window the baseline's beside them."""
        looks = differences(arm, baseline, alpha=self._alpha, least=self._least)
        if not looks or not looks[-1].enough:
            return "cannot tell"
        return "worse" if looks[-1].high < -self._margin else "not worse"

    def _grown(self, choice: Choice, runtime: Runtime) -> float:
        """Return how far the share has grown, from 0 to 1, by time and by events."""
        age, served = max(0, runtime.now - choice.began), runtime.events.get(self._arm, 0)
        limits = ((age, self._over), (served, self._events))
        return min(1.0, *(value / limit for value, limit in limits if limit is not None))
