"""The selector ``ab_test``: arms share the traffic by fixed weights, each key with one arm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from production.selectors.port import Choice, Split

if TYPE_CHECKING:
    from production.metrics import Runtime


class AbTest:
    """Shares the traffic by weights.

    Args:
        weights: The weight of each arm; only their ratios count. An arm of weight 0 takes no part.

    Raises:
        ConfigError: A weight is negative or not finite, or none is positive.

    >>> from production.generation.description import Candidate
    >>> one, two = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
    >>> test = AbTest(weights={"champion": 3, "candidate": 1})
    >>> test(Choice(arms={"champion": one, "candidate": two}), None).shares
    {'champion': 0.75, 'candidate': 0.25}
    """

    def __init__(self, *, weights: dict[str, float]) -> None:
        valid = all(math.isfinite(weight) and weight >= 0 for weight in weights.values())
        total = sum(weights.values())
        if not valid or total <= 0:
            raise ConfigError(
                f"selector.weights: expected weights of 0 or more that are not all 0, got "
                f"{weights}",
                hint="for example +selector.weights.NAME=1",
            )
        self._shares = {name: weight / total for name, weight in weights.items() if weight}

    def __call__(self, choice: Choice, _: Runtime | None) -> Split:
        """Return the shares.

        Raises:
            StateError: The manifest lacks one of the arms.
        """
        choice.require(*self._shares)
        return Split(shares=self._shares)
