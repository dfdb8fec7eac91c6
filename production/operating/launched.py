"""A process that runs a module's ``main``: forked, or started by a command."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from production.operating.forked import exit_code, fork

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from typing import IO


class LaunchedProcess:
    """A process that runs a module's ``main``, and reads orders from its standard input.

    Args:
        module: The module.
        name: What the system is to call it if it is forked.
        stdout: The file of its standard output.
        stderr: The file of its standard error.
        is_forked: Whether it is forked: see `production.operating.forked`.
        group: The group of processes that it belongs to if it is forked; 0 for one of its own.

    Attributes:
        pid: Its number.
    """

    def __init__(
        self,
        module: str,
        name: str,
        *,
        stdout: IO[bytes],
        stderr: IO[bytes],
        is_forked: bool,
        group: int = 0,
    ) -> None:
        orders, ours = os.pipe()
        self._orders = os.fdopen(ours, "wb")
        outputs = [os.dup(each.fileno()) for each in (stdout, stderr)]
        streams = (
            Connection(orders, writable=False),
            *(Connection(each, readable=False) for each in outputs),
        )
        self._process: BaseProcess | subprocess.Popen[bytes]
        if is_forked:
            self._process = fork(module, name, streams, group=group)
        else:
            self._process = _command(module, *streams)
        assert self._process.pid is not None
        self.pid = self._process.pid

    def say(self, line: bytes) -> None:
        """Write a line to its standard input."""
        with suppress(OSError):  # it has ended; its exit code says so
            self._orders.write(line + b"\n")
            self._orders.flush()

    @property
    def code(self) -> int | None:
        """Its exit code, minus the number of a signal that ended it; None while it runs."""
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll()
        return exit_code(self._process)

    def wait(self, seconds: float | None = None) -> int | None:
        """Return its exit code once it has ended; None if it still runs after so many seconds."""
        if isinstance(self._process, subprocess.Popen):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        else:
            wait([self._process.sentinel], seconds)
        return self.code

    def close(self) -> None:
        """Close its standard input."""
        with suppress(OSError):  # what it was not able to read
            self._orders.close()


def _command(
    module: str, stdin: Connection, stdout: Connection, stderr: Connection
) -> subprocess.Popen[bytes]:
    with stdin, stdout, stderr:
        return subprocess.Popen(  # noqa: S603 - this package, by this interpreter
            (sys.executable, "-m", module),
            stdin=stdin.fileno(),
            stdout=stdout.fileno(),
            stderr=stderr.fileno(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
