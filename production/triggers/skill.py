"""The skill of what was served, window by window: what a decline is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.score.metric.port import improvement, is_of_outcomes
from contracts.score.metric.registry import one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract.terms import Terms
    from production.metrics import Runtime, ScoredWindow


class ServedSkill:
    """Skill against the naive baseline by one metric; more is better.

    Skill is the gain over the baseline's score as a share of that score (``1 - loss / baseline's
    loss`` for a loss): it rises and falls with the model, not with how hard the days were. A metric
    to which predictions make no difference, such as ``unlisted``, has no skill: its own score is
    compared, negated where lower is better.

    Args:
        contract: Its metrics are what evaluation windows are scored by.
        metric: One of them; its first where none is named.

    Attributes:
        name: What it is called in reasons.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(self, *, contract: Terms, metric: str | None = None) -> None:
        offered = [term.name for term in contract.metrics]
        self._metric = one_of(offered, metric, key="trigger.metric")
        self._by_score = is_of_outcomes(self._metric)
        self.name = self._metric.name if self._by_score else "skill"

    def windows(self, runtime: Runtime) -> list[ScoredWindow]:
        """Return the windows since the generation in service was promoted that say its skill."""
        return self.scored([each for each in runtime.windows if each.start >= runtime.promoted])

    def scored(self, windows: Sequence[ScoredWindow]) -> list[ScoredWindow]:
        """Return the windows that say the skill of what served."""
        return [
            window
            for window in windows
            if self._metric.name in window.served
            and (self._by_score or window.baseline.get(self._metric.name))
        ]

    def of(self, windows: Sequence[ScoredWindow]) -> float:
        """Return the skill over windows, each by its rows; a score as it is."""
        name = self._metric.name
        served = sum(window.rows * window.served[name] for window in windows)
        if self._by_score:
            return served / sum(window.rows for window in windows)
        baseline = sum(window.rows * window.baseline[name] for window in windows)
        return improvement(self._metric, served, baseline) / abs(baseline)

    def fall(self, before: float, now: float) -> float:
        """Return how far it has fallen from one value to another."""
        return improvement(self._metric, before, now) if self._by_score else before - now

    def scale(self, window: ScoredWindow) -> float:
        """Return what a fall of 1 is in a window, in the metric's unit times events."""
        one = 1.0 if self._by_score else abs(window.baseline[self._metric.name])
        return window.rows * one

    def rising(self, windows: Sequence[ScoredWindow]) -> list[float]:
        """Return the skill of each window as a number that is larger where it is better."""
        return [-self.fall(0.0, self.of([window])) for window in windows]
