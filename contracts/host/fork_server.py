"""The process that others are forked from: it has loaded what they run.

They start in a tenth of the time that a process takes which loads it itself. Linux alone:
elsewhere the libraries that are loaded may not bear a fork.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.forkserver import ensure_running
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FORKS = sys.platform == "linux"
#: What ends a process is often sent to its whole group. None of these reaches the fork server,
#: which ends when the last of those that it started has, and the one that it was started by.
ENDING = frozenset({signal.SIGINT, signal.SIGTERM})


def start_fork_server(preloaded: str) -> None:
    """Start the fork server of this process, unless it runs; it loads while this process goes on.

    Args:
        preloaded: The module that it loads. What that imports can bear a fork: it starts no thread,
            opens no connection, and is no code of a product's own.

    Raises:
        OSError: It could not be started, such as with a temporary folder of too long a name for its
            socket.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload([preloaded])
    resource_tracker.ensure_running()  # or the server starts it, which unblocks the signals
    with _importable():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _importable() -> Iterator[None]:
    """Let a process that is started find what this one finds."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
