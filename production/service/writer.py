"""The one thread that writes to the database: what was served, and what came back of it.

Requests put their events into a bounded queue and go on. The thread commits all that waits in one
transaction, so that the cost of a commit is shared, and then tells whoever waits for it. If nobody
does, events wait a moment for others: a process that is killed loses at most those of that moment
and of the transaction under way.

While the database cannot be written, events go to the spool on this host's disk, and from there to
the database once it can. A second thread sees to that while a transaction gets no answer.
"""

from __future__ import annotations

import logging
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import DataError
from contracts.host.clock import Stopwatch
from production.service.event_queue import Counts, EventQueue, settle
from production.service.event_rows import PROPENSITY, EventRow, record_events

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from production.database.database import Database
    from production.feedback.events import EventLog
    from production.service.event_queue import Job
    from production.service.spool import Spool

LOG = logging.getLogger("liaison.service")
#: Seconds until what could not be written is tried again.
PATIENCE = 1.0
#: The same while the process is ending.
HASTE = 0.1
#: Seconds that events wait for others to share their transaction, if nobody waits for its commit.
PAUSE = 0.1
#: Seconds that a transaction may take until its events, and those behind it, go to the spool; and
#: how often that is looked at.
STALL, LOOK = 1.0, 0.25
#: Seconds at the end in which what is in the spool is tried once more.
LAST = 2.0
#: How often it looks for what other processes left on the disk.
ADOPT = 5.0


class Attempt(msgspec.Struct, kw_only=True):
    """A transaction under way.

    Attributes:
        rows: Its events from the queue; none once they are kept elsewhere.
        jobs: Its jobs; none once they are answered.
        is_late: Whether it took too long.
        age: The time since its start.
    """

    rows: list[EventRow]
    jobs: list[Any]
    is_late: bool = False
    age: Stopwatch = msgspec.field(default_factory=Stopwatch)


class Writer:
    """Writes events and outcomes in the order they came, many in one transaction.

    Args:
        product: The product.
        database: The database.
        events: Its log of events.
        capacity: How many events may wait.
        spool: Where events are kept while the database cannot be written; none keeps them in the
            queue.

    Attributes:
        counts: What became of events.
        error: Why the last transaction failed, empty if it did not.
    """

    def __init__(
        self,
        *,
        product: str,
        database: Database,
        events: EventLog,
        capacity: int,
        spool: Spool | None = None,
    ) -> None:
        self._product, self._database, self._log = product, database, events
        self.counts, self.error = Counts(), ""
        self._has_spool = spool is not None
        self._queue = EventQueue(capacity=capacity, spool=spool, counts=self.counts)
        self._attempt: Attempt | None = None
        self._lock = Lock()
        self._wake, self._hurry = Flag(), Flag()
        self._closing, self._given_up, self._done = Flag(), Flag(), Flag()
        self._failed_at = self._closed_at = self._adopted_at = Stopwatch()
        self._adopts_no_more = False
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._watching = Thread(target=self._watch, name="writer's watch", daemon=True)

    @property
    def depth(self) -> int:
        """How many events wait, those of the transaction under way included."""
        return self._queue.depth

    @property
    def spooled(self) -> int:
        """How many events wait on the disk."""
        return self._queue.spooled

    @property
    def full(self) -> bool:
        """Whether the queue takes no event now."""
        return self._queue.full

    def start(self) -> None:
        """Begin to write, what an earlier process left on the disk too."""
        self._queue.adopt()
        self._thread.start()
        if self._has_spool:
            self._watching.start()

    def put(self, rows: Sequence[EventRow]) -> None:
        """Queue the events of one request: all of them or none.

        Raises:
            Problem: The queue is full.
        """
        self._queue.put(rows)
        if not self._wake.is_set():
            self._wake.set()

    def submit(self, job: Callable[[], Any]) -> Future[Any]:
        """Run a job in the next transaction, after the events that wait; return its result to come.

        The result is there when it is committed; if that fails, the future raises.
        """
        return self._submit(job)

    def committed(self) -> Future[Any]:
        """Return what is done when all events that were put before are durable."""
        return self._submit(None)

    def close(self, seconds: float) -> int:
        """Write what waits, then stop; return how many events could not be kept in time."""
        self._closed_at = Stopwatch()
        self._closing.set()
        self._hurry.set()
        self._wake.set()
        self._done.wait(seconds)
        self._given_up.set()
        if self.spooled:
            LOG.warning("%d events wait on the disk for the next process", self.spooled)
        return self.depth

    def _submit(self, job: Callable[[], Any] | None) -> Future[Any]:
        future = self._queue.submit(job)
        self._hurry.set()
        self._wake.set()
        return future

    def _run(self) -> None:
        while not self._is_done():
            self._await_work()
            self._step()
        self._done.set()

    def _is_done(self) -> bool:
        if not self._closing.is_set() or self._given_up.is_set():
            return self._closing.is_set()
        if self._queue or not (self._adopts_no_more or self.error):
            return False
        return not self.spooled or (bool(self.error) and self._closed_at.seconds() > LAST)

    def _await_work(self) -> None:
        if self._closing.is_set():
            if self.error:
                self._given_up.wait(HASTE)
            return
        if self.error:
            self._wake.wait(PATIENCE)
        elif not self._queue and not self.spooled:
            self._wake.wait(ADOPT)
        if not self._queue.is_long:
            self._hurry.wait(PAUSE)
        self._wake.clear()
        if not self._closing.is_set():
            self._hurry.clear()

    def _step(self) -> None:
        """Write what waits; keep it elsewhere if the database could not be written just now."""
        patience = HASTE if self._closing.is_set() else PATIENCE
        self._adopt()
        with self._lock:
            rows, jobs = self._queue.take()
            if self.error and self._failed_at.seconds() < patience:
                self._queue.keep(rows, jobs)
                return
            attempt = self._attempt = Attempt(rows=rows, jobs=jobs)
        try:
            with self._lock:
                file, spooled = self._queue.oldest()
            if rows or jobs or file or self.error:
                results = self._write([*spooled, *rows], jobs)
                self._finish(attempt, spooled, results)
                with self._lock:
                    self._queue.drop(file)
        except Exception as error:  # noqa: BLE001 - of any driver: nothing is lost, it is tried again
            with self._lock:
                self._fail(str(error))
                self._queue.keep(attempt.rows, attempt.jobs)
        self._attempt = None

    def _adopt(self) -> None:
        """Now and then, and at the end, take what a process that ended left on the disk."""
        is_last = self._closing.is_set()
        due = is_last or (self._adopted_at.seconds() > ADOPT and not self.spooled)
        if due and not self._adopts_no_more and not self.error:
            with self._lock:
                self._queue.adopt()
            self._adopted_at, self._adopts_no_more = Stopwatch(), is_last

    def _write(
        self, rows: Sequence[EventRow], jobs: Sequence[Job]
    ) -> list[tuple[Any, Exception | None]]:
        """Write events and run jobs in one transaction; return what the jobs came to."""
        with self._database.transaction():
            record_events(self._log, self._product, rows)
            return [_result(job) for job, _ in jobs]

    def _finish(
        self,
        attempt: Attempt,
        spooled: Sequence[EventRow],
        results: Sequence[tuple[Any, Exception | None]],
    ) -> None:
        """Count what was written, and tell who waits for it."""
        with self._lock:
            if self.error:
                LOG.info("the database is written again; %d events wait on the disk", self.spooled)
            self.error = ""
            for rows in (spooled, attempt.rows):
                self.counts.written += len(rows)
                self.counts.generations.update((*row[3:5], not row[PROPENSITY]) for row in rows)
            jobs, attempt.rows, attempt.jobs = attempt.jobs, [], []
            self._queue.taken = 0
        for (_, future), (value, failure) in zip(jobs, results, strict=False):
            settle(future, value, failure)

    def _fail(self, error: str) -> None:
        self.counts.failures += 1
        self._failed_at = Stopwatch()
        if error != self.error:
            self.error = error
            LOG.error("the database cannot be written, trying again: %s", error)

    def _watch(self) -> None:
        """Keep events elsewhere while the database does not answer."""
        while not self._given_up.wait(LOOK):
            attempt = self._attempt
            if attempt is not None and attempt.age.seconds() > STALL:
                self._relieve(attempt)

    def _relieve(self, attempt: Attempt) -> None:
        """Keep the events of a transaction that gets no answer, and those behind it."""
        with self._lock:
            if attempt is not self._attempt:
                return
            if not attempt.is_late:
                attempt.is_late = True
                self._fail(f"it has not answered for {STALL:g} s")
            rows, jobs, attempt.rows, attempt.jobs = attempt.rows, attempt.jobs, [], []
            self._queue.keep(rows, jobs)
            while self._queue and not self._queue.error:
                self._queue.keep(*self._queue.take())
            if self._closing.is_set() and not self._queue:
                self._done.set()


def _result(job: Callable[[], Any] | None) -> tuple[Any, Exception | None]:
    """Return what a job returned, or the error of its own data."""
    try:
        return job() if job else None, None
    except DataError as error:
        return None, error
