"""A process that does one piece of work and ends; it ends with the process that started it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import msgspec

#: The bytes of what a process said last that are kept.
TAIL = 4096


class Child:
    """A running module that was given an order.

    Args:
        module: The module, run by this interpreter; its first line of input is the order.
        order: What it is to do.
    """

    def __init__(self, module: str, order: msgspec.Struct) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed at its end
        self._process = subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            (sys.executable, "-m", module),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
        except OSError:  # it ended at once; its exit code says so
            return

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def finish(self) -> tuple[int, str]:
        """Wait until it has ended; return its exit code, and the last line that it said.

        The code of one that a signal ended is minus the signal's number.
        """
        code = self._process.wait()
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - TAIL))
        said = self._said.read().decode(errors="replace").strip()
        self._close()
        return code, said.rpartition("\n")[2] or f"it ended with exit code {code}"

    def end(self) -> None:
        """End it, and wait until it has."""
        self._process.terminate()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._said.close()
