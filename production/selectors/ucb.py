"""The selector ``ucb``: the arm that could be the best, as far as is known."""

from __future__ import annotations

from math import log, sqrt
from typing import TYPE_CHECKING, Annotated

import msgspec

from production.selectors.arms import deviation, equal, standard_error, totals, unknown
from production.selectors.port import Split, only

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.selectors.port import Choice


class Ucb:
    """Chooses the arm with the highest upper bound of its mean reward.

    The bound is the mean plus ``width`` standard errors of it times ``sqrt(2 log N)``, of N units:
    scaled by the deviation, so that rewards of any unit can be bounded.

    Source: P. Auer, N. Cesa-Bianchi and P. Fischer, "Finite-time analysis of the multiarmed bandit
    problem", 2002.

    Args:
        width: More explores more.
        least: The arms that have earned the rewards of fewer keys share the traffic first.

    >>> from production.generation.description import Candidate
    >>> from production.selectors.port import Choice
    >>> from production.metrics import Rewards, Runtime
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> choice = Choice(arms={"champion": one, "candidate": two})
    >>> earned = {"champion": (0.3, 900), "candidate": (0.2, 90)}
    >>> arms = {at: (Rewards(count=n, mean=it, variance=1.0),) for at, (it, n) in earned.items()}
    >>> runtime = Runtime(now=0, since=0, promoted=0, requests=0, outcomes=0, arms=arms)
    >>> Ucb(width=1.0, least=50)(choice, runtime).shares  # the one less known
    {'candidate': 1.0}
    >>> Ucb(width=0.1, least=50)(choice, runtime).shares
    {'champion': 1.0}
    """

    def __init__(
        self,
        *,
        width: Annotated[float, msgspec.Meta(gt=0)],
        least: Annotated[int, msgspec.Meta(ge=1)],
    ) -> None:
        self._width, self._least = width, least

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Return the arm by what was earned; the champion is the best of equals."""
        earned = totals(choice, runtime)
        if first := unknown(earned, self._least):
            return Split(shares=equal(first))
        total = sum(each.count for each in earned.values())
        spread, scale = deviation(earned), self._width * sqrt(2 * log(total))

        def bound(name: str) -> float:
            return earned[name].mean + scale * standard_error(earned[name], spread)

        return only(max(earned, key=bound))
