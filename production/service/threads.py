"""Runs jobs in a few threads beside the event loop; only so many may wait for one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, TypeVar

from production.service.problems import overloaded

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

Result = TypeVar("Result")


class BoundedThreads:
    """A few threads, and a bound on the jobs for them.

    Args:
        threads: How many jobs run at once.
        waiting: How many further ones may wait.
        name: What the threads are called.
    """

    def __init__(self, threads: int, *, waiting: int = 0, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free = BoundedSemaphore(threads + waiting)

    def submit(self, job: Callable[[], Result], *, busy: str) -> Future[Result]:
        """Run a job; it counts until it ends, even if its result is not waited for any longer.

        Args:
            job: The job.
            busy: What a client is told if there are too many.

        Raises:
            Problem: There are too many.
        """
        if not self._free.acquire(blocking=False):
            raise overloaded(busy)
        future = self._threads.submit(job)
        future.add_done_callback(lambda _: self._free.release())
        return future
