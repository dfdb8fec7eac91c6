"""Cooldown: another trigger, heard only when the last refresh was some time ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import PositiveDuration, duration, iso
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime
    from production.triggers.port import Trigger


class Cooldown:
    """Asks for a refresh when another trigger does, at most once in so long.

    Args:
        trigger: The other trigger.
        rests: The least time between two refreshes, and from the start to the first one.
    """

    def __init__(self, *, trigger: Trigger, rests: PositiveDuration) -> None:
        self._trigger, self._rests = trigger, duration(rests)

    def due(self, runtime: Runtime) -> str | None:
        """Return the other trigger's reason once the rest is over."""
        return self._trigger.due(runtime) if runtime.now >= self._until(runtime) else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the end of the rest, then what the other trigger waits for."""
        until = self._until(runtime)
        if runtime.now < until:
            return Wake(at=until, why=f"a cooldown until {iso(until)}")
        return self._trigger.wake(runtime)

    def _until(self, runtime: Runtime) -> int:
        return runtime.since + self._rests
