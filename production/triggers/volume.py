"""Volume: a refresh after so many requests or outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class Volume:
    """Asks for a refresh after the n-th request or outcome since the last one.

    Args:
        requests: Requests served, or none.
        outcomes: Outcomes arrived, or none.
    """

    def __init__(self, *, requests: int | None = None, outcomes: int | None = None) -> None:
        given = [count for count in (requests, outcomes) if count is not None]
        if not given or any(type(count) is not int or count < 1 for count in given):
            raise ConfigError(
                "trigger volume: expected a whole number of requests or outcomes above 0, "
                f"got requests={requests} outcomes={outcomes}",
                hint="for example trigger.outcomes=6000",
            )
        self._requests, self._outcomes = requests, outcomes

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason once either number is reached."""
        if self._requests and runtime.requests >= self._requests:
            return f"volume: {self._requests} requests"
        if self._outcomes and runtime.outcomes >= self._outcomes:
            return f"volume: {self._outcomes} outcomes"
        return None

    def wake(self, runtime: Runtime) -> Wake:
        """Return how many more of each are missing."""
        return Wake(
            requests=self._requests and max(1, self._requests - runtime.requests),
            outcomes=self._outcomes and max(1, self._outcomes - runtime.outcomes),
        )
