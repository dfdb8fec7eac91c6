"""Staleness: a refresh when the newest outcome that the model knows is too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import PositiveDuration, duration, iso
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class Staleness:
    """Asks for a refresh when what the generation in service was trained on is so old.

    A schedule counts from the last refresh that was asked for, whatever came of it; this counts
    from what serves: after a rollback, or a refresh that the gate refused, the model is older.

    Args:
        age: How long after the newest outcomes that it was trained on a generation may serve.
        again: How long after a refresh was asked for the next one is, if it came to nothing.
    """

    def __init__(self, *, age: PositiveDuration, again: PositiveDuration = "1d") -> None:
        self._age, self._words, self._again = duration(age), age, duration(again)

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once the generation in service knows nothing new enough."""
        if runtime.now < self._stale(runtime):
            return None
        return f"staleness: {self._known(runtime)}, {self._words} ago"

    def wake(self, runtime: Runtime) -> Wake:
        """Return when it is too old."""
        return Wake(at=self._stale(runtime), why=self._known(runtime))

    def _stale(self, runtime: Runtime) -> int:
        known_by = runtime.refreshes.known_by
        known = runtime.promoted if known_by is None else known_by
        return max(known + self._age, runtime.since + self._again)

    def _known(self, runtime: Runtime) -> str:
        known_by = runtime.refreshes.known_by
        if known_by is None:
            return f"the model serves since {iso(runtime.promoted)}"
        return f"the model knows outcomes until {iso(known_by)}"
