"""What waits to be written to the database: events, jobs, and on the disk what could not be.

A queue is bounded: a full one refuses, it never drops.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import StateError
from production.service.problems import overloaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from production.service.event_rows import EventRow
    from production.service.spool import Spool, SpoolFile

    #: What is to be done in a transaction, none for who only waits for it; and who is told.
    Job = tuple[Callable[[], Any] | None, Future[Any]]

LOG = logging.getLogger("liaison.service")
#: The most events that are taken at once, so that their transaction never takes long.
BATCH = 2_000


class Counts(msgspec.Struct, kw_only=True):
    """What became of events since the start.

    Attributes:
        queued: Put into the queue.
        written: Committed, or logged before under the same id.
        spooled: Kept on the disk of this host, because the database could not be written.
        refused: Not taken, because the queue was full.
        failures: Transactions that failed.
        generations: Committed events by the release and number of the generation that predicted,
            and whether as a shadow.
    """

    queued: int = 0
    written: int = 0
    spooled: int = 0
    refused: int = 0
    failures: int = 0
    generations: Counter[tuple[str, int, bool]] = msgspec.field(default_factory=Counter)


class EventQueue:
    """Events and jobs in the order they came. All but `put` and `submit` is for who has its lock.

    Args:
        capacity: How many events may wait.
        spool: Where events are kept while the database cannot be written; none keeps them here.
        counts: What became of events.

    Attributes:
        taken: How many events are being written.
        error: Why the spool takes no events, empty if it does.
    """

    def __init__(self, *, capacity: int, spool: Spool | None, counts: Counts) -> None:
        self._capacity, self._spool, self._counts = capacity, spool, counts
        self._rows: deque[EventRow] = deque()
        self._jobs: deque[Job] = deque()
        self.taken, self.error = 0, ""

    def __bool__(self) -> bool:
        """Whether anything waits, but for what is on the disk."""
        return bool(self._rows or self._jobs)

    @property
    def depth(self) -> int:
        """How many events wait, those that are being written included."""
        return len(self._rows) + self.taken

    @property
    def full(self) -> bool:
        """Whether no event is taken now."""
        return self.depth >= self._capacity

    @property
    def is_long(self) -> bool:
        """Whether more than one transaction is needed."""
        return len(self._rows) >= BATCH

    @property
    def spooled(self) -> int:
        """How many events wait on the disk."""
        return self._spool.depth if self._spool else 0

    def adopt(self) -> None:
        """Take what earlier processes left on the disk; a disk that cannot be read is logged."""
        try:
            if self._spool:
                self._spool.adopt()
        except StateError as error:
            LOG.error("what an earlier process left cannot be written: %s", error)  # noqa: TRY400

    def put(self, rows: Sequence[EventRow]) -> None:
        """Queue the events of one request: all of them or none.

        Raises:
            Problem: The queue is full.
        """
        if len(self._rows) + self.taken + len(rows) > self._capacity:
            self._counts.refused += len(rows)
            raise overloaded("the queue of events is full", hint="the log says why")
        self._rows.extend(rows)
        self._counts.queued += len(rows)

    def submit(self, job: Callable[[], Any] | None) -> Future[Any]:
        """Queue a job; return its result to come.

        Raises:
            Problem: Too many wait.
        """
        if len(self._jobs) >= self._capacity:
            raise overloaded("too many requests wait for the database")
        future: Future[Any] = Future()
        self._jobs.append((job, future))
        return future

    def take(self) -> tuple[list[EventRow], list[Job]]:
        """Return the events and jobs that are next; a job comes after all events before it."""
        jobs = [self._jobs.popleft() for _ in range(len(self._jobs))]
        rows = [self._rows.popleft() for _ in range(min(len(self._rows), BATCH))]
        if self._rows and jobs:
            self._jobs.extendleft(reversed(jobs))
            jobs = []
        self.taken = len(rows)
        return rows, jobs

    def keep(self, rows: Sequence[EventRow], jobs: Sequence[Job]) -> None:
        """Keep what was taken and not written on the disk, else here; tell who waits for it."""
        is_kept = self._to_spool(rows)
        if not is_kept:
            self._rows.extendleft(reversed(rows))
        self.taken = 0
        for job, future in jobs:
            if is_kept and job is None:
                settle(future)
            else:
                settle(future, failure=overloaded("the database cannot be written now"))

    def oldest(self) -> tuple[SpoolFile | None, list[EventRow]]:
        """Return what is oldest on the disk.

        Raises:
            StateError: The disk failed.
        """
        return (self._spool.oldest() if self._spool else None) or (None, [])

    def drop(self, file: SpoolFile | None) -> None:
        """Remove from the disk what was written.

        Raises:
            StateError: The disk failed.
        """
        if self._spool and file:
            self._spool.drop(file)

    def _to_spool(self, rows: Sequence[EventRow]) -> bool:
        """Return whether events are on the disk now."""
        if self._spool is None:
            return False
        try:
            self._spool.append(rows)
        except StateError as error:
            if not self.error:  # a message names another temporary file each time
                LOG.error("events stay in the queue: %s", error)  # noqa: TRY400 - its words suffice
            self.error = error.message
            return False
        self._counts.spooled += len(rows)
        self.error = ""
        return True


def settle(future: Future[Any], value: Any = None, failure: Exception | None = None) -> None:
    """Give a future its result, unless nobody waits for it."""
    if not future.set_running_or_notify_cancel():
        return
    if failure is None:
        future.set_result(value)
    else:
        future.set_exception(failure)
