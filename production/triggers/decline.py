"""Decline: a refresh when the skill of what is served has fallen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from contracts.moment import Duration, duration, iso
from contracts.score.metric.port import improvement, is_of_outcomes
from contracts.score.metric.registry import one_of
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract.terms import Terms
    from production.metrics import Runtime, ScoredWindow


class Decline:
    """Asks for a refresh when skill against the naive baseline has fallen by a margin.

    Skill is the gain over the baseline's score as a share of that score (``1 - loss / baseline's
    loss`` for a loss), each averaged over the rows of ``over`` windows: it rises and falls with the
    model, not with how hard the days were. The recent skill is compared with that of the first
    ``over`` windows since the generation in service was promoted. A metric to which predictions
    make no difference, such as ``unlisted``, has no skill: its own score is compared.

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
        offered = [term.name for term in contract.metrics]
        self._metric = one_of(offered, metric, key="trigger.metric")
        self._by_score = is_of_outcomes(self._metric)
        self._margin, self._over = margin, over
        self._cooldown = duration(cooldown)

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason when recent skill lies more than the margin below its start."""
        scored = self._scored(runtime)
        if self._waits(runtime, len(scored)):
            return None
        fall, words = self._fall(scored)
        return f"decline: {words}" if fall > self._margin else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since skill changes only as windows close, and why."""
        scored = self._scored(runtime)
        if waits := self._waits(runtime, len(scored)):
            return Wake(why=waits)
        _, words = self._fall(scored)
        return Wake(why=f"{words}, no fall of more than {self._margin:g}")

    def _scored(self, runtime: Runtime) -> list[ScoredWindow]:
        """Return the windows since the generation in service was promoted that say its skill."""
        return [
            window
            for window in runtime.windows
            if window.start >= runtime.promoted
            and self._metric.name in window.served
            and (self._by_score or window.baseline.get(self._metric.name))
        ]

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
        first, recent = scored[: self._over], scored[-self._over :]
        if self._by_score:
            what, before, now = self._metric.name, self._score(first), self._score(recent)
            fall = improvement(self._metric, before, now)
        else:
            what, before, now = "skill", self._skill(first), self._skill(recent)
            fall = before - now
        return fall, f"{what} {now:.3f} after {before:.3f}"

    def _score(self, windows: Sequence[ScoredWindow]) -> float:
        rows = sum(window.rows for window in windows)
        return sum(window.rows * window.served[self._metric.name] for window in windows) / rows

    def _skill(self, windows: Sequence[ScoredWindow]) -> float:
        name = self._metric.name
        served = sum(window.rows * window.served[name] for window in windows)
        baseline = sum(window.rows * window.baseline[name] for window in windows)
        return improvement(self._metric, served, baseline) / abs(baseline)
