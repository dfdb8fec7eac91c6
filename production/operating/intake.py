"""What was served and what came back: what triggers of a product in service count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.agents.outcomes import OutcomeAgent
    from production.agents.progress import Progress
    from production.database.database import Database
    from production.feedback.counts import LogCounts
    from production.feedback.feed import Arrivals


class LiveCounts:
    """Says when so many requests or outcomes of a product in service had come.

    Args:
        logs: Counts what is logged.
        source: Where outcomes are fetched from; none if clients report them.
        clock: The time.
    """

    def __init__(self, logs: LogCounts, *, source: Arrivals | None, clock: Clock) -> None:
        self._logs, self._source, self._clock = logs, source, clock

    def after_requests(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` requests from ``start`` on had come."""
        return self._logs.after_requests(start, count)

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` outcomes from ``start`` on had arrived."""
        if self._source is None:
            return self._logs.after_outcomes(start, count)
        arrived = np.sort(np.asarray(self._source.outcomes(start, self._clock.now()).arrived))
        return int(arrived[count - 1]) + 1 if len(arrived) >= count else None


class Intake:
    """Takes note of what was served and of what came back.

    Requests that state an earlier time than the last moment it acted for are not counted.

    Args:
        logs: Counts what is logged.
        agent: Fetches outcomes; none if clients report them.
        progress: The agents' progress.
        database: The database.
    """

    def __init__(
        self,
        logs: LogCounts,
        *,
        agent: OutcomeAgent | None,
        progress: Progress,
        database: Database,
    ) -> None:
        self._logs, self._agent = logs, agent
        self._progress, self._database = progress, database

    def step(self, moment: int) -> None:
        """Take note of what came before a moment."""
        if self._agent is not None:
            self._agent.step(moment)
        with self._database.transaction():
            self._count_requests(moment)
            if self._agent is None:
                self._count_outcomes(moment)

    def _count_requests(self, moment: int) -> None:
        stored = self._progress.serving
        progress = stored.load()
        if moment > progress.until:
            served = progress.served + self._logs.requests(progress.until, moment)
            stored.save(replace(progress, until=moment, served=served), moment)

    def _count_outcomes(self, moment: int) -> None:
        stored = self._progress.outcomes
        progress = stored.load()
        if moment > progress.until:
            taken = progress.taken + self._logs.outcomes(progress.until, moment)
            stored.save(replace(progress, until=moment, taken=taken), moment)
