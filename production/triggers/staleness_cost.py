"""Cost of staleness: a refresh when growing stale has cost more than a threshold, as in CARA.

A. Mahadevan, M. Mathioudakis, "Cost-aware retraining for machine learning", Knowledge-Based Systems
293, 2024 (arXiv 2310.04216) weighs the cost of a stale model against that of retraining, with a
threshold on the present cost or on the sum since the last retraining. Theirs is estimated before
outcomes are known, from labelled data like the queries; here outcomes come back and measure it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.moment import Duration  # noqa: TC001 - read when configuration is checked
from production.triggers.cost_limit import CostLimit
from production.triggers.skill import ServedSkill

if TYPE_CHECKING:
    from contracts.contract.terms import Terms
    from production.metrics import Runtime
    from production.triggers.port import Wake


class StalenessCost:
    """Asks for a refresh when what is served has cost more by growing stale than a threshold.

    A window costs what its score exceeds that of a model as good as the first windows after the
    promotion were, measured by skill, times its events. The paper chooses the threshold by the
    whole cost over a stretch of history: `task=compare` shows that of several.

    Args:
        contract: Its metrics are what evaluation windows are scored by.
        threshold: The cost that is too much, in the metric's unit times events.
        cumulative: Whether that of all windows since the promotion counts, or of the last one.
        over: How many windows say how good the model was when it was new.
        cooldown: The least time between two refreshes.
        metric: One of the contract's metrics; its first where none is named.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(
        self,
        *,
        contract: Terms,
        threshold: Annotated[float, msgspec.Meta(ge=0)],
        cumulative: bool = True,
        over: Annotated[int, msgspec.Meta(ge=1)] = 3,
        cooldown: Duration = "1d",
        metric: str | None = None,
    ) -> None:
        self._skill = ServedSkill(contract=contract, metric=metric)
        self._threshold, self._cumulative, self._over = threshold, cumulative, over
        self._limit = CostLimit(
            "staleness_cost", limit=threshold, cooldown=cooldown, cost=self._cost, words=self._words
        )

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once the cost exceeds the limit."""
        return self._limit.due(runtime)

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since the cost changes only as windows close, and why."""
        return self._limit.wake(runtime)

    def _words(self, cost: float) -> str:
        counted = "since the promotion" if self._cumulative else "in the last window"
        return f"growing stale has cost {cost:.3g} {counted}, of {self._threshold:g} that may be"

    def _cost(self, runtime: Runtime) -> float | str:
        """Return what growing stale has cost, or what is missing to tell."""
        windows = self._skill.windows(runtime)
        if len(windows) <= self._over:
            return f"{len(windows)} of the {self._over + 1} windows that it takes are scored"
        fresh = self._skill.of(windows[: self._over])
        counted = windows[self._over :] if self._cumulative else windows[-1:]
        return sum(
            self._skill.fall(fresh, self._skill.of([each])) * self._skill.scale(each)
            for each in counted
        )
