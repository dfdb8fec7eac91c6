"""Does a job beside a serving process, in a process of its own.

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

#: Seconds between two looks whether the process is to end.
LOOK = 0.2


class ChildJob:
    """Runs a module that reads a configuration; of several serving processes one does at a time.

    Args:
        config: The configuration.
        module: The module, such as ``production.service.fetching``.
        what: What it does, for messages: "fetching outcomes".
        hint: The command that does the same and says more.
        product: The product.
        every: How long after one process has begun another one does, microseconds.
        database: Where it is on record which process does it.
        clock: The time.
    """

    def __init__(
        self,
        config: Production,
        *,
        module: str,
        what: str,
        hint: str,
        product: str,
        every: int,
        database: Database,
        clock: Clock,
    ) -> None:
        self._order, self._product, self._every = msgspec.json.encode(config), product, every
        self._module, self._what, self._hint = module, what, hint
        self._database, self._clock = database, clock

    def step(self, stop: Event) -> None:
        """Do the job, unless another process just did.

        Args:
            stop: Set where the serving process ends: then the other one is ended. Nothing is lost.

        Raises:
            StateError: It failed.
        """
        if not self._claim():
            return
        with subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            command(self._module),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            error = _finish(process, self._order, stop)
        if process.returncode and not stop.is_set():
            last = error.decode(errors="replace").strip().rpartition("\n")[2]
            raise StateError(
                f"{self._what} failed: {last}",
                hint=f"{self._hint} says more",
            )

    def _claim(self) -> bool:
        """Record that this process does it, unless one has just begun to."""
        checkpoints, now = Checkpoints(self._database), self._clock.now()
        name = f"job:{self._module}"
        with self._database.transaction():
            last = checkpoints.load(self._product, name)
            if last and now < last.moment + self._every:
                return False
            checkpoints.save(Checkpoint(product=self._product, name=name, moment=now, document={}))
            return True


def command(module: str) -> tuple[str, ...]:
    """Return the command that runs a module of this package."""
    return sys.executable, "-m", module


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
