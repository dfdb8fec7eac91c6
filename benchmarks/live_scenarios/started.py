"""A process of a product in service, started as its supervisor starts it."""

from __future__ import annotations

import multiprocessing
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
        order, self._order = multiprocessing.Pipe(duplex=False)
        with log.open("ab") as file:
            outputs = [Connection(os.dup(file.fileno()), readable=False) for _ in range(2)]
        self._process = _start(spec, (order, *outputs))
        assert self._process.pid is not None
        self.pid = self._process.pid
        spec.settle(self.pid)
        os.write(self._order.fileno(), spec.order + b"\n")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended gets none."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.signal(signal.SIGKILL)

    def end(self) -> int:
        """Wait until it has ended, and return its exit code."""
        if isinstance(self._process, subprocess.Popen):
            code: int | None = self._process.wait(DEADLINE)
        else:
            wait([self._process.sentinel], DEADLINE)
            code = exit_code(self._process)
        self._order.close()
        assert code is not None, f"{self.pid} has not ended"
        return code


def _start(
    spec: ChildSpec, streams: tuple[Connection, ...]
) -> subprocess.Popen[bytes] | BaseProcess:
    if spec.is_forked:
        return fork(spec.module, spec.name, streams)
    stdin, stdout, stderr = streams
    try:
        return subprocess.Popen(
            spec.command,
            stdin=stdin.fileno(),
            stdout=stdout.fileno(),
            stderr=stderr.fileno(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    finally:
        for stream in streams:
            stream.close()
