"""Fetches outcomes from the source beside a serving process, in a process of its own.

What a source needs (query engines, data frames) would double what a serving process takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import StateError
from production.registry.checkpoints import Checkpoint, Checkpoints

if TYPE_CHECKING:
    from threading import Event

    from contracts.host.clock import Clock
    from production.database.database import Database
    from production.settings import Production

COMMAND = (sys.executable, "-m", "production.service.fetching")
#: Seconds between two looks whether the process is to end.
LOOK = 0.2


class Fetcher:
    """Fetches outcomes; of several serving processes one does at a time.

    Args:
        config: The configuration, of a product whose outcomes come from its source.
        product: The product.
        every: How long after one process has begun to fetch another one does, microseconds.
        database: Where it is on record who fetches.
        clock: The time.
    """

    def __init__(
        self, config: Production, *, product: str, every: int, database: Database, clock: Clock
    ) -> None:
        self._order, self._product, self._every = msgspec.json.encode(config), product, every
        self._database, self._clock = database, clock

    def step(self, stop: Event) -> None:
        """Fetch the outcomes that arrived since the last time, unless another process just did.

        Args:
            stop: Set where the serving process ends: then the other one is ended. Nothing is lost.

        Raises:
            StateError: Outcomes could not be fetched.
        """
        if not self._claim():
            return
        with subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            error = _finish(process, self._order, stop)
        if process.returncode and not stop.is_set():
            last = error.decode(errors="replace").strip().rpartition("\n")[2]
            raise StateError(
                f"outcomes could not be fetched from the source: {last}",
                hint="python -m production task=feedback feedback=source says more",
            )

    def _claim(self) -> bool:
        """Record that this process fetches, unless one has just begun to."""
        checkpoints, now = Checkpoints(self._database), self._clock.now()
        with self._database.transaction():
            last = checkpoints.load(self._product, "fetching")
            if last and now < last.moment + self._every:
                return False
            checkpoints.save(
                Checkpoint(product=self._product, name="fetching", moment=now, document={})
            )
            return True


def _finish(process: subprocess.Popen[bytes], order: bytes, stop: Event) -> bytes:
    """Give a process its order, wait until it ends, and return what it said was wrong."""
    given: bytes | None = order
    while True:
        try:
            return process.communicate(given, timeout=LOOK)[1]
        except subprocess.TimeoutExpired:
            given = None
        if stop.is_set():
            process.terminate()
