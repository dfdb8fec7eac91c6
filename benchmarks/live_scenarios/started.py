"""A process of a product in service, started as its supervisor starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.server import DEADLINE
from production.operating.forked import exit_code, fork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from production.operating.child_process import ChildSpec


class Started:
    """A process that was given its order.

    Args:
        spec: What it is.
        log: The file that it logs to.

    Attributes:
        pid: Its number.
    """

    def __init__(self, spec: ChildSpec, log: Path) -> None:
        order, ours = os.pipe()
        with log.open("ab") as file:
            outputs = [os.dup(file.fileno()) for _ in range(2)]
        streams = (
            Connection(order, writable=False),
            *(Connection(each, readable=False) for each in outputs),
        )
        self._order = os.fdopen(ours, "wb")
        self._process: BaseProcess | subprocess.Popen[bytes]
        if spec.is_forked:
            self._process = fork(spec.module, spec.name, streams)
        else:
            self._process = _command(spec, streams)
        assert self._process.pid is not None
        self.pid = self._process.pid
        spec.settle(self.pid)
        with suppress(BrokenPipeError):  # it was killed already
            self._order.write(spec.order + b"\n")
            self._order.flush()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended gets none."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.signal(signal.SIGKILL)

    def end(self) -> int:
        """Wait until it has ended, and return its exit code."""
        if isinstance(self._process, subprocess.Popen):
            self._process.wait(DEADLINE)
        else:
            wait([self._process.sentinel], DEADLINE)
        code = self._code
        with suppress(OSError):  # what it was not able to read
            self._order.close()
        assert code is not None, f"{self.pid} has not ended"
        return code

    @property
    def _code(self) -> int | None:
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll()
        return exit_code(self._process)


def _command(spec: ChildSpec, streams: Sequence[Connection]) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = streams
    with stdin, stdout, stderr:
        return subprocess.Popen(
            spec.command,
            stdin=stdin.fileno(),
            stdout=stdout.fileno(),
            stderr=stderr.fileno(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
