"""Forecast: a refresh when a forecast says that keeping the model will cost more than a refresh.

In the manner of UPF, the uncertainty-performance forecaster of F. Regol, L. Schwinn, K. Sprague, M.
Coates and T. Markovich, "When to retrain a machine learning model", ICML 2025 (arXiv 2505.14903):
performance is forecast with its uncertainty, and a refresh weighed against what it is forecast to
bring. Theirs learns from models of several training times, each scored at all later times; here
only what served is scored, so the forecast is a line in the age of what serves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from contracts.moment import DAY, Duration, PositiveDuration, duration
from production.triggers.cost_limit import CostLimit
from production.triggers.skill import ServedSkill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract.terms import Terms
    from production.metrics import Runtime, ScoredWindow
    from production.triggers.port import Wake

#: With fewer windows no line is drawn.
LEAST = 6


class Forecast:
    """Asks for a refresh when keeping what serves is forecast to cost more than a refresh.

    Skill falls with the age of what serves along a line, fitted to the last windows of all
    generations. Over the horizon a model kept is worse than a new one by that slope times its age,
    on so many events as came in the last window; that is weighed against the price.

    Args:
        contract: Its metrics are what evaluation windows are scored by.
        price: What a refresh costs, in the metric's unit times events.
        horizon: How far ahead costs are counted: about as long as a new model will serve.
        deviations: How many standard errors are added to the slope: in doubt above 0 refreshes, one
            below 0 waits for proof.
        windows: How many of the last windows are looked at.
        cooldown: The least time between two refreshes.
        metric: One of the contract's metrics; its first where none is named.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(
        self,
        *,
        contract: Terms,
        price: Annotated[float, msgspec.Meta(ge=0)],
        horizon: PositiveDuration = "7d",
        deviations: float = 0.0,
        windows: Annotated[int, msgspec.Meta(ge=LEAST)] = 60,
        cooldown: Duration = "1d",
        metric: str | None = None,
    ) -> None:
        self._skill = ServedSkill(contract=contract, metric=metric)
        self._price, self._deviations, self._windows = price, deviations, windows
        self._horizon = duration(horizon) / DAY
        self._limit = CostLimit(
            "forecast", limit=price, cooldown=cooldown, cost=self._cost, words=self._words
        )

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once the cost exceeds the limit."""
        return self._limit.due(runtime)

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since the cost changes only as windows close, and why."""
        return self._limit.wake(runtime)

    def _words(self, cost: float) -> str:
        return (
            f"keeping the model for {self._horizon:g} days is forecast to cost {cost:.3g} more "
            f"than a new one, which costs {self._price:g}"
        )

    def _cost(self, runtime: Runtime) -> float | str:
        """Return what keeping the model will cost, or what is missing to tell."""
        windows = self._skill.scored(runtime.windows)[-self._windows :]
        if len(windows) < LEAST:
            return f"{len(windows)} of the {LEAST} windows that it takes are scored"
        ages = _ages(windows)
        falls = -np.array(self._skill.rising(windows))
        slope = _slope(np.array(ages), falls, self._deviations)
        last = windows[-1]
        events = self._skill.scale(last) * DAY / (last.end - last.start)
        return float(slope * (runtime.now - runtime.promoted) / DAY * self._horizon * events)


def _ages(windows: Sequence[ScoredWindow]) -> list[float]:
    """Return how long what served in each window had served by its end, in days."""
    ages, name, since = [], "", windows[0].start
    for each in windows:
        newest = max(each.rewards, key=lambda one: (len(one), one), default="")
        if newest != name:
            name, since = newest, each.start
        ages.append((each.end - since) / DAY)
    return ages


def _slope(ages: np.ndarray, falls: np.ndarray, deviations: float) -> float:
    """Return the slope of a line through falls by age, with standard errors added; 0 where flat."""
    centred = ages - ages.mean()
    square = float(centred @ centred)
    if not square:
        return 0.0
    slope = float(centred @ falls) / square
    left = falls - falls.mean() - slope * centred
    error = float(np.sqrt(left @ left / (len(falls) - 2) / square))
    return slope + deviations * error
