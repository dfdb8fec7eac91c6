"""The selector ``thompson``: each arm gets traffic by how likely it is the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from production.selectors.arms import deviation, equal, seed, standard_error, totals, unknown
from production.selectors.port import Split

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Choice

#: How many draws estimate the probabilities.
DRAWS = 4096


class Thompson:
    """Shares the traffic by the probability that an arm's mean reward is the highest.

    The probabilities come from a normal posterior of each arm's mean, drawn with a seed that the
    log gives: any process computes the same shares from the same log.

    Source: W. R. Thompson, "On the likelihood that one unknown probability exceeds another in view
    of the evidence of two samples", 1933.

    Args:
        floor: The share that no arm falls below, so that what is logged can judge each of them.
        least: The arms share equally until each has earned the rewards of so many keys.

    >>> from production.generation.description import Candidate
    >>> from production.selectors.port import Choice
    >>> from production.metrics import Rewards, Runtime
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "candidate": two})
    >>> earned = {"champion": 0.1, "candidate": 0.3}
    >>> arms = {at: (Rewards(count=99, mean=it, variance=1.0),) for at, it in earned.items()}
    >>> runtime = Runtime(now=0, since=0, promoted=0, requests=0, outcomes=0, arms=arms)
    >>> shares = Thompson(floor=0.01, least=50)(choice, runtime).shares
    >>> 0.85 < shares["candidate"] < 0.97
    True
    """

    def __init__(
        self,
        *,
        floor: Annotated[float, msgspec.Meta(ge=0, le=0.5)],
        least: Annotated[int, msgspec.Meta(ge=1)],
    ) -> None:
        self._floor, self._least = floor, least

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the shares by what was earned."""
        earned = totals(choice, runtime)
        if unknown(earned, self._least):
            return Split(shares=equal([*earned]))
        means = np.array([each.mean for each in earned.values()])
        spread = deviation(earned)
        errors = np.array([standard_error(each, spread) for each in earned.values()])
        draws = np.random.default_rng(seed(earned)).standard_normal((DRAWS, len(means)))
        best = (means + errors * draws).argmax(axis=1)
        wins = np.bincount(best, minlength=len(means)) / DRAWS
        floor = min(self._floor, 1 / len(means))
        shares = (1 - floor * len(means)) * wins + floor
        return Split(shares=dict(zip(earned, shares.tolist(), strict=True)))
