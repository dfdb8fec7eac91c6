"""A process that does what it is ordered; it ends with the process that started it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress

import msgspec

from production.operating.priority import yield_to_others

#: The bytes of what a process said last that are kept.
TAIL = 4096


class Child:
    """A running module that was given an order.

    Args:
        module: The module, run by this interpreter; each line of its input is an order.
        order: What it is to do first.
        niceness: How much less than this one it counts where processors are short.
    """

    def __init__(self, module: str, order: msgspec.Struct, *, niceness: int) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed at its end
        self._process = subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            (sys.executable, "-m", module),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        yield_to_others(self._process.pid, niceness)
        self.say(order)

    def say(self, order: msgspec.Struct) -> None:
        """Order something more."""
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended; its exit code says so
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

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
        self._process.terminate()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # what it was not able to read
            self._process.stdin.close()
        self._said.close()
