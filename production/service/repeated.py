"""A job that is done every so often, in a thread of its own, as long as the process serves."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger("liaison.service")


class Repeated:
    """Does a job every so many seconds; what fails is logged, once as long as it stays the same.

    Args:
        name: What the job does, for the log: "deleting events".
        every: Seconds from the end of one to the beginning of the next.
        job: The job. It is given what is set when the process is about to end.
        delay: Seconds until the first one begins.

    Attributes:
        error: Why the last one failed, empty if it did not.
    """

    def __init__(
        self, name: str, every: float, job: Callable[[Event], None], *, delay: float = 0.0
    ) -> None:
        self._name, self._every, self._job, self._delay = name, every, job, delay
        self._stop = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self.error = ""

    def start(self) -> None:
        """Begin: the first time after the delay."""
        self._thread.start()

    def close(self, seconds: float) -> None:
        """Begin no other, and wait at most so many seconds for the one under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        self._stop.wait(self._delay)
        while not self._stop.is_set():
            try:
                self._job(self._stop)
                self.error = ""
            except Exception as error:
                if str(error) != self.error:
                    self.error = str(error)
                    LOG.exception("%s failed, and is tried again", self._name)
            self._stop.wait(self._every)
