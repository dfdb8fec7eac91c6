"""A refresh when serving evaluation finds a decline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from contracts.moment import duration
from contracts.score.metric.registry import metric as named
from production.triggers.runtime import Wake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.triggers.runtime import Runtime, Window


class Decline:
    """Asks for a refresh when skill against the naive baseline has fallen by a margin.

    Skill is ``1 - loss / baseline's loss``, each averaged over the rows of ``over`` windows: it
    rises and falls with the model, not with how hard the days were. The recent skill is held
    against that of the first ``over`` windows since the generation in service was promoted.

    Args:
        metric: A loss (lower is better) of the contract.
        margin: The fall in skill that is too much.
        over: Windows averaged.
        cooldown: The least time between two refreshes.
    """

    def __init__(self, *, metric: str, margin: float, over: int, cooldown: str) -> None:
        if over < 1:
            raise ConfigError("trigger.over: expected a number of windows above 0")
        if named(metric).direction != "lower":
            raise ConfigError(
                f"trigger.metric={metric}: expected a loss, where lower is better",
                hint="for example trigger.metric=log_loss",
            )
        self._metric, self._margin, self._over = metric, margin, over
        self._cooldown = duration(cooldown)

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason when recent skill lies more than the margin below its start."""
        since = runtime.promoted
        name = self._metric
        served = [
            window
            for window in runtime.windows
            if window.start >= since and name in window.served and window.baseline.get(name)
        ]
        rested = runtime.now >= runtime.since + self._cooldown
        if len(served) < 2 * self._over or not rested:
            return None
        first, recent = self._skill(served[: self._over]), self._skill(served[-self._over :])
        if first - recent <= self._margin:
            return None
        return f"decline: skill {recent:.3f} after {first:.3f}"

    def wake(self, runtime: Runtime) -> Wake:  # noqa: ARG002 - the port's signature
        """Return no wake of its own: skill changes only as windows close."""
        return Wake()

    def _skill(self, windows: Sequence[Window]) -> float:
        name = self._metric
        served = sum(window.rows * window.served[name] for window in windows)
        naive = sum(window.rows * window.baseline[name] for window in windows)
        return 1 - served / naive
