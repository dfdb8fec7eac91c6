"""Decline: a refresh when the skill of what is served has fallen by a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from contracts.moment import Duration, duration, iso
from production.triggers.port import Wake
from production.triggers.skill import ServedSkill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract.terms import Terms
    from production.metrics import Runtime, ScoredWindow


class Decline:
    """Asks for a refresh when skill against the naive baseline has fallen by a margin.

    The recent skill, over the rows of ``over`` windows, is compared with that of the first ``over``
    windows since the generation in service was promoted. Chance alone may do it: `ProvenDecline`
    says how rarely.

    Args:
        contract: Its metrics are what evaluation windows are scored by.
        metric: One of them; its first where none is named.
        margin: The fall in skill that is too much.
        over: Windows averaged.
        cooldown: The least time between two refreshes.

    Raises:
        ConfigError: The contract has no such metric, or there is no window to average.
    """

    def __init__(
        self,
        *,
        contract: Terms,
        margin: float,
        over: int,
        cooldown: Duration,
        metric: str | None = None,
    ) -> None:
        if over < 1:
            raise ConfigError("trigger.over: expected a number of windows above 0")
        self._skill = ServedSkill(contract=contract, metric=metric)
        self._margin, self._over = margin, over
        self._cooldown = duration(cooldown)

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason when recent skill lies more than the margin below its start."""
        scored = self._skill.windows(runtime)
        if self._waits(runtime, len(scored)):
            return None
        fall, words = self._fall(scored)
        return f"decline: {words}" if fall > self._margin else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since skill changes only as windows close, and why."""
        scored = self._skill.windows(runtime)
        if waits := self._waits(runtime, len(scored)):
            return Wake(why=waits)
        _, words = self._fall(scored)
        return Wake(why=f"{words}, no fall of more than {self._margin:g}")

    def _waits(self, runtime: Runtime, scored: int) -> str | None:
        """Return what is missing to tell whether there is a decline, or to act on it."""
        rested = runtime.since + self._cooldown
        if runtime.now < rested:
            return f"a cooldown until {iso(rested)}"
        if scored < 2 * self._over:
            return f"{scored} of the {2 * self._over} windows that it takes are scored"
        return None

    def _fall(self, scored: Sequence[ScoredWindow]) -> tuple[float, str]:
        """Return how far skill has fallen, and from what to what in words."""
        before, now = self._skill.of(scored[: self._over]), self._skill.of(scored[-self._over :])
        return self._skill.fall(before, now), f"{self._skill.name} {now:.3f} after {before:.3f}"
