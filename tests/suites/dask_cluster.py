"""A Dask cluster on this machine: a real scheduler and its workers, each a process."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADDRESS = re.compile(r"Scheduler at:\s+(tcp://\S+)")
LOCAL = ("--host", "127.0.0.1", "--no-dashboard")
DEADLINE = 60.0


@contextmanager
def cluster(folder: Path, *, workers: int) -> Iterator[str]:
    """Yield the address of a cluster on the loopback interface, which is ended at the end.

    Args:
        folder: Where its processes log, and keep what they spill.
        workers: How many there are, of one thread each.
    """
    log = folder / "scheduler.log"
    with ExitStack() as stack:
        words = ("scheduler", *LOCAL, "--port", "0")
        address = _address(stack.enter_context(_started(*words, log=log)), log)
        for number in range(workers):
            words = ("worker", address, "--nthreads", "1", "--local-directory", str(folder), *LOCAL)
            stack.enter_context(_started(*words, log=folder / f"worker-{number}.log"))
        yield address


@contextmanager
def _started(*words: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A part of a cluster, which stands in the log's folder, ended at the end."""
    command = [sys.executable, "-m", "dask", *words]
    # Not to a pipe: one that nobody reads is full after a while, and the writer stands.
    with log.open("wb") as output:
        process = subprocess.Popen(command, stderr=output, cwd=log.parent)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=DEADLINE)


def _address(scheduler: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address that a scheduler logs that it listens at.

    Raises:
        TimeoutError: It logs none.
    """
    end = time.monotonic() + DEADLINE
    while (found := ADDRESS.search(log.read_text())) is None:
        if time.monotonic() > end or scheduler.poll() is not None:
            raise TimeoutError(log.read_text())
        time.sleep(0.02)
    return found[1]
