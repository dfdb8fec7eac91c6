"""Schedule: a refresh every so often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from contracts.moment import PositiveDuration, duration
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class Schedule:
    """Asks for a refresh every so often, counted from the last one.

    Args:
        every: A duration such as ``7d``.
        called: What its refreshes are called in reports.
    """

    def __init__(self, *, every: PositiveDuration, called: str = "schedule") -> None:
        self._every = duration(every)
        if not self._every:
            raise ConfigError("trigger.every: expected a duration above 0", hint="for example 7d")
        self._reason = f"{called}: every {every}"

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once the duration has gone by since the last refresh."""
        return self._reason if runtime.now >= runtime.since + self._every else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the next date."""
        return Wake(at=runtime.since + self._every)
