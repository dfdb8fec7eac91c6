"""A process that the supervisor started: its order, what it reports, and how it ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from production.operating.forked import ForkedProcess, prepare
from production.operating.priority import keep_to, yield_to_others
from production.service.worker_process import ending

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable
    from typing import Self

#: The longest line that is read of a process.
LONGEST = 1 << 20
#: Seconds that are left, once a process has ended, to read what it wrote.
LEFT = 1.0


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A process to be kept running.

    Attributes:
        name: What log, status and console call it.
        module: The module of which it runs ``main``.
        order: What it is to do: one line, the first on its standard input. The input stays open:
            where it ends, the supervisor is gone, and so is the process to end.
        is_forked: Whether it is forked from a process that has loaded what agents need.
        is_required: Whether everything ends if it does before its first line, the first time.
        is_done_at_end: Whether it has done its work once it ends without an error.
        patience: Seconds that it may take to end in order.
        niceness: How much less than the supervisor it counts where processors are short.
        processors: The processors that it runs on; none for all of the supervisor's.
    """

    name: str
    module: str
    order: bytes
    is_forked: bool = False
    is_required: bool = False
    is_done_at_end: bool = False
    patience: float = 30.0
    niceness: int = 0
    processors: frozenset[int] = frozenset()

    @property
    def command(self) -> tuple[str, ...]:
        """What starts it where it is not forked."""
        return sys.executable, "-m", self.module

    def settle(self, process: int) -> None:
        """Give a process that was just started its priority and its processors."""
        yield_to_others(process, self.niceness)
        keep_to(process, self.processors)


class ChildProcess:
    """A process that was started.

    Args:
        spec: What it is.
        process: The process.
        on_line: Called with each line that it writes.

    Attributes:
        spec: The same.
        error: The last line that it logged.
        has_reported: Whether it has written a line.
    """

    def __init__(
        self,
        spec: ChildSpec,
        process: Process | ForkedProcess,
        on_line: Callable[[str], None],
    ) -> None:
        self.spec, self._process, self._on_line = spec, process, on_line
        self.error, self.has_reported = "", False
        self._reading = asyncio.gather(self._read(), self._forward())

    @classmethod
    async def start(cls, spec: ChildSpec, on_line: Callable[[str], None]) -> Self:
        """Start a process and give it its order.

        It is in a group of its own, so that Ctrl-C reaches the supervisor alone, which ends all; in
        the same session, since Linux shares processors among sessions first (``autogroup``), and by
        niceness only among the processes of one.
        """
        process: Process | ForkedProcess
        if spec.is_forked and prepare():
            process = await ForkedProcess.start(spec.module, spec.name, limit=LONGEST)
        else:
            process = await asyncio.create_subprocess_exec(
                *spec.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                process_group=0,
                limit=LONGEST,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        spec.settle(process.pid)
        child = cls(spec, process, on_line)
        child.say(spec.order)
        return child

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def say(self, line: bytes) -> None:
        """Write a line to its standard input."""
        assert self._process.stdin is not None
        with suppress(OSError, RuntimeError):  # one that ended reads nothing
            self._process.stdin.write(line + b"\n")

    async def ended(self) -> int:
        """Return its exit code once it has ended; of one that a signal ended, minus its number."""
        code = await self._process.wait()
        # A process that it started may outlive it, and keep its output open.
        await asyncio.wait({self._reading}, timeout=LEFT)
        self._reading.cancel()
        return code

    async def end(self) -> str:
        """Tell it to end, kill it if it does not, and return how it ended, in words."""
        self._signal(signal.SIGTERM)
        waiting = asyncio.ensure_future(self.ended())
        await asyncio.wait({waiting}, timeout=self.spec.patience)
        if not waiting.done():
            self._signal(signal.SIGKILL)
        return ending(await waiting)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def _read(self) -> None:
        """Take what it reports, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.has_reported = True
            self._on_line(line.decode(errors="replace").rstrip("\n"))

    async def _forward(self) -> None:
        """Log what it logs, under its name."""
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            self.error = text or self.error
            sys.stderr.write(f"{self.spec.name}: {text}\n")
