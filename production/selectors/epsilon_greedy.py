"""The selector ``epsilon_greedy``: the best arm so far, and a little for each of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from production.selectors.arms import equal, totals, unknown
from production.selectors.port import Split

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Choice


class EpsilonGreedy:
    """Gives most traffic to the arm with the highest mean reward.

    Source: R. Sutton and A. Barto, "Reinforcement Learning", 2018, chapter 2.

    Args:
        epsilon: The share that all arms divide equally.
        least: The arms share equally until each has earned the rewards of so many keys.

    >>> from production.generation.description import Candidate
    >>> from production.selectors.port import Choice
    >>> from production.metrics import Rewards, Runtime
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "candidate": two})
    >>> earned = {"champion": 0.1, "candidate": 0.3}
    >>> arms = {at: (Rewards(count=99, mean=it, variance=1.0),) for at, it in earned.items()}
    >>> runtime = Runtime(now=0, since=0, promoted=0, requests=0, outcomes=0, arms=arms)
    >>> shares = EpsilonGreedy(epsilon=0.1, least=50)(choice, runtime).shares
    >>> {name: round(share, 2) for name, share in shares.items()}
    {'champion': 0.05, 'candidate': 0.95}
    """

    def __init__(
        self,
        *,
        epsilon: Annotated[float, msgspec.Meta(ge=0, le=1)],
        least: Annotated[int, msgspec.Meta(ge=1)],
    ) -> None:
        self._epsilon, self._least = epsilon, least

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the shares by what was earned; the champion is the best of equals."""
        earned = totals(choice, runtime)
        shares = equal([*earned])
        if unknown(earned, self._least):
            return Split(shares=shares)
        best = max(earned, key=lambda name: earned[name].mean)
        shares = {name: self._epsilon * share for name, share in shares.items()}
        return Split(shares=shares | {best: shares[best] + 1 - self._epsilon})
