"""What was served and what came back: what triggers of a product in service count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from contracts.moment import HOUR
from production.agents.progress import Counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.host.clock import Clock
    from production.agents.outcomes import OutcomeAgent
    from production.agents.progress import Progress
    from production.database.database import Database
    from production.feedback.counts import LogCounts
    from production.feedback.feed import Arrivals

#: So long after it came something may be logged: until then it waits on the disk.
LATE = HOUR


class LiveCounts:
    """Says when so many requests or outcomes of a product in service had come.

    Args:
        logs: Counts what is logged.
        recorded: Returns when the first word on refreshes, or release, was recorded from a moment
            on.
        source: Where outcomes are fetched from; none if clients report them.
        clock: The time.
    """

    def __init__(
        self,
        logs: LogCounts,
        *,
        recorded: Callable[[int], int | None],
        source: Arrivals | None,
        clock: Clock,
    ) -> None:
        self._logs, self._recorded, self._source, self._clock = logs, recorded, source, clock

    def after_record(self, start: int) -> int | None:
        """Return the first moment by which a word on refreshes, or a release, was recorded."""
        at = self._recorded(start)
        return None if at is None else at + 1

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

    What comes is logged a little later, and much later while the database is away. So what came
    within the last `LATE` is counted anew each time; what is logged later still is not counted.

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
        stored, counted = self._progress.serving, self._progress.intake
        progress, intake = stored.load(), counted.load()
        if moment > progress.until:
            last = intake.requests or Counted(until=progress.until, total=progress.served)
            sure, served = count_anew(last, self._logs.requests, moment)
            counted.save(replace(intake, requests=sure), moment)
            stored.save(replace(progress, until=moment, served=served), moment)

    def _count_outcomes(self, moment: int) -> None:
        stored, counted = self._progress.outcomes, self._progress.intake
        progress, intake = stored.load(), counted.load()
        if moment > progress.until:
            last = intake.outcomes or Counted(until=progress.until, total=progress.taken)
            sure, taken = count_anew(last, self._logs.outcomes, moment)
            counted.save(replace(intake, outcomes=sure), moment)
            stored.save(replace(progress, until=moment, taken=taken), moment)


def count_anew(last: Counted, count: Callable[[int, int], int], moment: int) -> tuple[Counted, int]:
    """Return how many came before a moment, and what of that is counted for good.

    Args:
        last: What was counted for good.
        count: Counts those of a window ``[start, end)``.
        moment: The moment.
    """
    until = max(last.until, moment - LATE)
    sure = Counted(until=until, total=last.total + count(last.until, until))
    return sure, sure.total + count(until, moment)
