"""A process that does what it is ordered; it ends with the process that started it."""

from __future__ import annotations

import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from production.operating.forked import IS_FORKED
from production.operating.launched import LaunchedProcess
from production.operating.priority import yield_to_others

#: The bytes of what a process said last that are kept.
TAIL = 4096


class Child:
    """A running module that was given an order.

    It is forked if this process was.

    Args:
        module: The module, run by this interpreter; each line of its input is an order.
        name: What the system is to call it if it is forked.
        order: What it is to do first.
        niceness: How much less than this one it counts where processors are short.
    """

    def __init__(self, module: str, name: str, order: msgspec.Struct, *, niceness: int) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed at its end
        with Path(os.devnull).open("ab") as nothing:
            self._process = LaunchedProcess(
                module,
                name,
                stdout=nothing,
                stderr=self._said,
                is_forked=IS_FORKED.is_set(),
                group=os.getpgrp(),
            )
        yield_to_others(self._process.pid, niceness)
        self.say(order)

    def say(self, order: msgspec.Struct) -> None:
        """Order something more."""
        self._process.say(msgspec.json.encode(order))

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.code is None

    def finish(self) -> str:
        """Wait until it has ended; return the last line that it said, or its exit code in words.

        The code of one that a signal ended is minus the signal's number.
        """
        code = self._process.wait()
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - TAIL))
        said = self._said.read().decode(errors="replace").strip()
        self._close()
        return said.rpartition("\n")[2] or f"it ended with exit code {code}"

    def end(self) -> None:
        """End it, and wait until it has."""
        if self.is_running:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGTERM)
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._process.close()
        self._said.close()
