"""Keeps one process running until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from contracts.moment import SECOND
from production.agents.supervised import SupervisedChild
from production.operating.child_process import ChildProcess
from production.operating.circuit import Circuit
from production.service.worker_process import ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.host.clock import Clock
    from production.operating.child_process import ChildSpec
    from production.operating.circuit import RestartLimits

#: How a process that is told to end does: by itself, or by the signal while it still starts.
ORDERLY = frozenset({0, -signal.SIGTERM})
LOG = logging.getLogger("liaison.operating")


class Keeper:
    """Starts a process, and starts it again when it ends.

    Args:
        spec: The process.
        limits: How soon and how often it is started again.
        clock: The machine's time.
        changed: Called when its state has changed.
        on_line: Called with each line that the process writes.

    Attributes:
        spec: The same.
        state: Its state, for the record.
        failed: The exit code of a process that ended for good with an error; 0 of any other.
    """

    def __init__(
        self,
        spec: ChildSpec,
        limits: RestartLimits,
        *,
        clock: Clock,
        changed: Callable[[], None],
        on_line: Callable[[str], None],
    ) -> None:
        self.spec, self._clock, self._changed, self._on_line = spec, clock, changed, on_line
        self._circuit = Circuit(limits, clock=clock)
        self._ending, self._over = asyncio.Event(), asyncio.Event()
        self._child: ChildProcess | None = None
        self.state = SupervisedChild(name=spec.name, since=clock.now())
        self.failed, self._restarts, self._is_over = 0, 0, False

    async def run(self) -> None:
        """Keep the process running; return once it has ended for good."""
        try:
            while not self._ending.is_set():
                error = await self._run_once()
                if self._is_over:
                    break
                await self._pause(error)
                self._restarts += 1
            self._note(error=self.state.error, is_over=True)
        finally:
            self._over.set()

    async def end(self) -> None:
        """Let the process end and start it no more; return once it has ended."""
        self._ending.set()
        await self._over.wait()

    def say(self, line: bytes) -> None:
        """Write a line to the process, if it runs."""
        if self._child is not None:
            self._child.say(line)

    async def _run_once(self) -> str:
        """Start the process, and return how it ended: in words, empty if in order."""
        self._circuit.started()
        try:
            child = self._child = await ChildProcess.start(self.spec, self._on_line)
        except OSError as problem:  # the machine has no room for one more
            return str(problem)
        self._note(pid=child.pid, error=self.state.error)
        code = await self._ended(child)
        error = "" if code in ORDERLY else f"{ending(code)}: {child.error}".removesuffix(": ")
        if self._is_final(child, code):
            self._is_over, self.failed = True, 0 if code in ORDERLY else code
            self._note(error=error)
        return error or ending(code)

    def _is_final(self, child: ChildProcess, code: int) -> bool:
        """Return whether a process that ended is not to be started again."""
        has_failed = self.spec.is_required and not child.has_reported and not self._restarts
        is_done = self.spec.is_done_at_end and not code
        return self._ending.is_set() or has_failed or is_done

    async def _ended(self, child: ChildProcess) -> int:
        """Return a process's exit code; it is told to end once this keeper is."""
        tasks = [asyncio.ensure_future(each) for each in (child.ended(), self._ending.wait())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        tasks[1].cancel()
        if not tasks[0].done():
            LOG.info("%s %s", self.spec.name, await child.end())
        return int(await tasks[0])

    async def _pause(self, error: str) -> None:
        """Wait until the process is to be started again, or this keeper is told to end."""
        pause = self._circuit.ended()
        seconds = pause.lasts / SECOND
        if pause.is_open:
            words = "%s %s; it ended too often: it is not started again for %g s"
        else:
            words = "%s %s; it is started again in %g s"
        LOG.error(words, self.spec.name, error, seconds)
        again = self._clock.now() + pause.lasts
        self._note(error=error, again=again, is_open=pause.is_open)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()

    def _note(self, **state: Any) -> None:
        """Put the process's present state on record."""
        self.state = SupervisedChild(
            name=self.spec.name, since=self._clock.now(), restarts=self._restarts, **state
        )
        self._changed()
