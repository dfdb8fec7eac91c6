"""The one thread that writes to the database: what was served, and what came back of it.

Requests put their events into a bounded queue and go on. The thread commits all that waits in one
transaction, so that the cost of a commit is shared, and then tells whoever waits for it. If nobody
does, events wait a moment for others: a process that is killed loses at most those of that moment
and of the transaction under way. What could not be written stays in the queue and is tried again; a
full queue refuses, it never drops.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from concurrent.futures import Future
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.errors import DataError
from production.feedback.batch import Events
from production.service.problems import overloaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from production.database.database import Database
    from production.feedback.events import EventLog

LOG = logging.getLogger("liaison.service")
#: The most events of one transaction, so that it never takes long.
BATCH = 2_000
#: Seconds until what could not be written is tried again.
PATIENCE = 1.0
#: The same while the process is ending.
HASTE = 0.1
#: Seconds that events wait for others to share their transaction, if nobody waits for its commit.
PAUSE = 0.05

#: id, key, time, release, generation, manifest, propensity, prediction, features; a shadow's
#: propensity is 0.
PROPENSITY = 6
EventRow = tuple[str, str, int, str, int, int, float, tuple[float, ...], str | None]


class Counts(msgspec.Struct, kw_only=True):
    """What became of events since the start.

    Attributes:
        queued: Put into the queue.
        written: Committed, or logged before under the same id.
        refused: Not taken, because the queue was full.
        failures: Transactions that failed.
        generations: Committed events by the release and number of the generation that predicted,
            and whether as a shadow.
    """

    queued: int = 0
    written: int = 0
    refused: int = 0
    failures: int = 0
    generations: Counter[tuple[str, int, bool]] = msgspec.field(default_factory=Counter)


class Writer:
    """Writes events and outcomes in the order they came, many in one transaction.

    Args:
        product: The product.
        database: The database.
        events: Its log of events.
        capacity: How many events may wait.

    Attributes:
        counts: What became of events.
        error: Why the last transaction failed, empty if it did not.
    """

    def __init__(
        self, *, product: str, database: Database, events: EventLog, capacity: int
    ) -> None:
        self._product, self._database, self._log = product, database, events
        self._capacity = capacity
        self._rows: deque[EventRow] = deque()
        self._writing: list[EventRow] = []
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._wake, self._hurry = Flag(), Flag()
        self._closing, self._given_up = Flag(), Flag()
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self.counts, self.error = Counts(), ""

    @property
    def depth(self) -> int:
        """How many events wait, those of the transaction under way included."""
        return len(self._rows) + len(self._writing)

    @property
    def full(self) -> bool:
        """Whether the queue takes no event now."""
        return self.depth >= self._capacity

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, rows: Sequence[EventRow]) -> None:
        """Queue the events of one request: all of them or none.

        Raises:
            Problem: The queue is full.
        """
        if self.depth + len(rows) > self._capacity:
            self.counts.refused += len(rows)
            raise overloaded("the queue of events is full", hint=self.error and "its log says why")
        self._rows.extend(rows)
        self.counts.queued += len(rows)
        if not self._wake.is_set():
            self._wake.set()

    def submit(self, job: Callable[[], Any]) -> Future[Any]:
        """Run a job in the next transaction, after the events that wait; return its result to come.

        The result is there when it is committed; if that fails, the future raises.
        """
        future: Future[Any] = Future()
        if len(self._jobs) >= self._capacity:
            raise overloaded("too many requests wait for the database")
        self._jobs.append((job, future))
        self._hurry.set()
        self._wake.set()
        return future

    def committed(self) -> Future[Any]:
        """Return what is done when all events that were put before are committed."""
        return self.submit(lambda: None)

    def close(self, seconds: float) -> int:
        """Write what waits, then stop; return how many events could not be written in time."""
        self._closing.set()
        self._hurry.set()
        self._wake.set()
        self._thread.join(seconds)
        self._given_up.set()
        return self.depth

    def _run(self) -> None:
        while self._rows or self._jobs or not self._closing.is_set():
            self._wake.wait()
            if len(self._rows) < BATCH:
                self._hurry.wait(PAUSE)
            self._wake.clear()
            if not self._closing.is_set():
                self._hurry.clear()
            if (self._rows or self._jobs) and not self._commit():
                if self._closing.is_set():
                    if self._given_up.wait(HASTE):
                        return
                else:
                    self._closing.wait(PATIENCE)
            if self._rows or self._jobs:
                self._wake.set()

    def _commit(self) -> bool:
        """Write what waits in one transaction; return whether it could be."""
        jobs = [self._jobs.popleft() for _ in range(len(self._jobs))]
        rows = [self._rows.popleft() for _ in range(min(len(self._rows), BATCH))]
        self._writing = rows
        if self._rows and jobs:  # a job comes after all the events that were put before it
            self._jobs.extendleft(reversed(jobs))
            jobs = []
        try:
            with self._database.transaction():
                self._record(rows)
                results = [_result(job) for job, _ in jobs]
        except Exception as error:  # noqa: BLE001 - of any driver: nothing is lost, it is tried again
            self._writing = []
            self._rows.extendleft(reversed(rows))
            self._failed(error, [future for _, future in jobs])
            return False
        self.error, self._writing = "", []
        self.counts.written += len(rows)
        self.counts.generations.update((*row[3:5], not row[PROPENSITY]) for row in rows)
        for (_, future), (value, failure) in zip(jobs, results, strict=True):
            _settle(future, value, failure)
        return True

    def _record(self, rows: Sequence[EventRow]) -> None:
        served = [row for row in rows if row[PROPENSITY]]
        shadowed = [row for row in rows if not row[PROPENSITY]]
        for part, shadow in ((served, False), (shadowed, True)):
            if part:
                self._record_part(part, shadow=shadow)

    def _record_part(self, rows: Sequence[EventRow], *, shadow: bool) -> None:
        ids, keys, times, releases, numbers, manifests, shares, predictions, features = zip(
            *rows, strict=True
        )
        receipt = self._log.record(
            self._product,
            Events(
                id=ids,
                key=keys,
                time=np.array(times, np.int64),
                release=releases,
                generation=np.array(numbers, np.int64),
                manifest=np.array(manifests, np.int64),
                propensity=np.array(shares, np.float64),
                prediction=np.array(predictions, np.float64),
                features=features,
                shadow=shadow,
            ),
            joins=False,
        )
        for line in receipt.rejections:
            LOG.error("an event was not logged: %s", line)

    def _failed(self, error: Exception, futures: Sequence[Future[Any]]) -> None:
        self.counts.failures += 1
        if str(error) != self.error:
            self.error = str(error)
            LOG.error("the database cannot be written, trying again: %s", error)
        for future in futures:
            _settle(future, None, overloaded("the database cannot be written now"))


def _result(job: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """Return what a job returned, or the error of its own data."""
    try:
        return job(), None
    except DataError as error:
        return None, error


def _settle(future: Future[Any], value: Any, failure: Exception | None) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if failure is None:
        future.set_result(value)
    else:
        future.set_exception(failure)
