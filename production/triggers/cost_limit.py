"""A cost that a trigger may reach before it asks for a refresh, and the rest after each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import duration, iso
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.moment import Duration
    from production.metrics import Runtime


class CostLimit:
    """Asks for a refresh once a cost exceeds a limit.

    Args:
        name: The trigger's name, before its reasons.
        limit: What the cost may be.
        cooldown: The least time between two refreshes.
        cost: Returns the cost now, or what is missing to tell.
        words: Returns a cost in words.
    """

    def __init__(
        self,
        name: str,
        *,
        limit: float,
        cooldown: Duration,
        cost: Callable[[Runtime], float | str],
        words: Callable[[float], str],
    ) -> None:
        self._name, self._limit, self._cooldown = name, limit, duration(cooldown)
        self._cost_now, self._words = cost, words

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once the cost exceeds the limit."""
        cost = self._cost(runtime)
        if isinstance(cost, str) or cost <= self._limit:
            return None
        return f"{self._name}: {self._words(cost)}"

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since the cost changes only as windows close, and why."""
        cost = self._cost(runtime)
        return Wake(why=cost if isinstance(cost, str) else self._words(cost))

    def _cost(self, runtime: Runtime) -> float | str:
        rested = runtime.since + self._cooldown
        return (
            f"a cooldown until {iso(rested)}" if runtime.now < rested else self._cost_now(runtime)
        )
