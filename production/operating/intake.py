"""What was served and what came back: what triggers of a product in service count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from contracts.moment import END_OF_TIME, HOUR
from production.agents.progress import Counted, CountedRows
from production.feedback.counts import LateRequests, LogCounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.host.clock import Clock
    from production.agents.outcomes import OutcomeAgent
    from production.agents.progress import Progress
    from production.database.database import Database
    from production.feedback.feed import Arrivals

#: So long after it arrived an outcome may be committed.
LATE = HOUR


class LiveCounts:
    """Says when so many more requests or outcomes of a product in service had come.

    What came earlier and was logged since it was counted is among them, as if it came now.

    Args:
        product: The product.
        database: The database.
        progress: The agents' progress.
        recorded: Returns when the first word on refreshes, or release, was recorded from a moment
            on.
        source: Where outcomes are fetched from; none if clients report them.
        clock: The time.
    """

    def __init__(
        self,
        *,
        product: str,
        database: Database,
        progress: Progress,
        recorded: Callable[[int], int | None],
        source: Arrivals | None,
        clock: Clock,
    ) -> None:
        self._logs = LogCounts(product=product, database=database)
        self._late = LateRequests(product=product, database=database)
        self._database, self._progress = database, progress
        self._recorded, self._source, self._clock = recorded, source, clock

    def after_record(self, start: int) -> int | None:
        """Return the first moment by which a word on refreshes, or a release, was recorded."""
        at = self._recorded(start)
        return None if at is None else at + 1

    def after_requests(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` requests were to be counted after a moment."""
        with self._database.reading():
            late = self._late.count(start, row=self._progress.intake.load().requests.row)
            return _after(self._logs.after_requests, start, count, late)

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` outcomes were to be counted after a moment."""
        if self._source is None:
            with self._database.reading():
                return _after(self._logs.after_outcomes, start, count, self._late_outcomes(start))
        arrived = np.sort(np.asarray(self._source.outcomes(start, self._clock.now()).arrived))
        return int(arrived[count - 1]) + 1 if len(arrived) >= count else None

    def _late_outcomes(self, start: int) -> int:
        """Return how many outcomes that arrived before a moment are not counted yet."""
        sure = self._progress.intake.load().outcomes
        if sure is None:
            return 0
        taken = sure.total + self._logs.outcomes(sure.until, start)
        return max(0, taken - self._progress.outcomes.load().taken)


class Intake:
    """Takes note of what was served and of what came back.

    What comes is logged a little later, and much later while the database is away: requests then
    wait on the disk of a host for as long as that takes. So requests are counted by the rows of
    their log, each once. Outcomes wait nowhere; those that arrived within the last `LATE` are
    counted anew each time.

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
            count, row = self._logs.logged(intake.requests.row)
            requests = CountedRows(row=row, total=intake.requests.total + count)
            # Of what is logged already, what comes at that moment or later is none of it yet.
            early = self._logs.requests(moment, END_OF_TIME)
            served = requests.total + self._progress.retention.load().uncounted - early
            outcomes = intake.outcomes if self._agent is None else None
            counted.save(replace(intake, requests=requests, outcomes=outcomes), moment)
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


def _after(find: Callable[[int, int], int | None], start: int, count: int, late: int) -> int | None:
    """Return when so many more were to be counted after a moment, of which some came before it."""
    return start + 1 if late >= count else find(start, count - late)
