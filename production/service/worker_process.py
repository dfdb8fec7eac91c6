"""A worker as its supervisor sees it: a process, and what it reported."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from contracts.host.clock import Stopwatch
from production.service.worker_order import DRAINING, RELEASED, SERVING

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from typing import Self

    from production.service.worker_order import WorkerOrder

COMMAND = (sys.executable, "-m", "production.service.worker")


class WorkerProcess:
    """A worker that was started.

    Args:
        number: Which of the workers it is.
        process: Its process.
        reports: What it reports.
        channel: The supervisor's end of its channel; closed, it ends the worker.

    Attributes:
        number: Which of the workers it is.
        line: What it serves where, in words; empty until it serves.
        is_draining: Whether it was told to end, and has not ended yet.
        serving: Set once it answers requests, and if it ends before.
        leaving: Set once it was told to end, and when it ends.
    """

    def __init__(
        self,
        number: int,
        process: Process,
        reports: asyncio.StreamReader,
        channel: asyncio.StreamWriter,
    ) -> None:
        self.number, self.line, self.is_draining = number, "", False
        self.serving, self.leaving = asyncio.Event(), asyncio.Event()
        self._process, self._channel, self._age = process, channel, Stopwatch()
        self._reading = asyncio.create_task(self._read(reports))

    @classmethod
    async def start(cls, order: WorkerOrder) -> Self:
        """Start a process with an order; it inherits the order's socket."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *COMMAND,
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(), order.socket),
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        reports, channel = await asyncio.open_connection(sock=ours)
        channel.write(msgspec.json.encode(order) + b"\n")
        return cls(order.number, process, reports, channel)

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"worker {self.number} (process {self._process.pid})"

    @property
    def age(self) -> float:
        """The seconds since its start."""
        return self._age.seconds()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; one that ended gets none."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    def release(self) -> None:
        """Let it end: another one takes its place, or none is to."""
        with suppress(OSError):
            self._channel.write(RELEASED)

    async def end(self) -> int:
        """Return its exit code once it has ended; of one that a signal ended, minus its number."""
        code = await self._process.wait()
        await self._reading
        self._channel.close()
        return code

    async def _read(self, reports: asyncio.StreamReader) -> None:
        """Take what it reports, until it ends."""
        with suppress(ConnectionError):
            while line := (await reports.readline()).decode():
                word, _, text = line.rstrip("\n").partition(" ")
                if word == SERVING:
                    self.line = text
                    self.serving.set()
                elif word == DRAINING:
                    self.is_draining = True
                    self.leaving.set()
        self.is_draining = False
        self.serving.set()
        self.leaving.set()


def ending(code: int) -> str:
    """Return how a process ended, in words.

    >>> ending(0), ending(5), ending(-9)
    ('ended', 'ended with exit code 5', 'was ended by SIGKILL')
    """
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}" if code else "ended"
