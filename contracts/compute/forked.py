"""Runs calls in processes that are forked from one which has loaded what they need."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from contracts.errors import StateError
from contracts.host.fork_server import ENDING, start_fork_server

#: How many threads numeric libraries have; the first is heeded by nearly all of them.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from contracts.compute.port import Call, RunCalls


class Workers:
    """How the workers of this process are started.

    Attributes:
        are_forked: Whether they are forked. Until a command prepares for that, they load what they
            need themselves, and take calls that cannot be pickled by the standard library, too.
    """

    are_forked = False

    @classmethod
    def prepare(cls, preloaded: str) -> None:
        """Fork them from now on; what they are forked from loads while this process goes on.

        Args:
            preloaded: The module that it loads; see `start_fork_server`.

        Raises:
            OSError: It could not be started.
        """
        start_fork_server(preloaded)
        cls.are_forked = True


@contextmanager
def forked(processes: int, *, threads: int) -> Iterator[RunCalls]:
    """Yield what runs calls in processes that are forked; an error ends all of them.

    Args:
        processes: How many at a time.
        threads: How many threads each of them has for its numeric libraries.

    Raises:
        StateError: The system ended one of them.
    """
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("forkserver"), _begin, (threads,)
    )

    def run(calls: Iterable[Call]) -> Iterator[Any]:
        return _results([pool.submit(made, *args, **options) for made, args, options in calls])

    try:
        yield run
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _results(made: Sequence[Future[Any]]) -> Iterator[Any]:
    """Yield the results in their order; raise the error of any of them as soon as there is one."""
    left = set(made)
    try:
        for each in made:
            while each in left:
                done, left = wait(left, return_when=FIRST_COMPLETED)
                for ended in done:
                    ended.result()
            yield each.result()
    except BrokenProcessPool as error:
        raise StateError(
            "the system ended a process before it was done, as it does where memory is short",
            hint="compute.processes=1 takes the least; the same command goes on where this ended",
        ) from error


def _begin(threads: int) -> None:
    """Prepare a process for its calls: it ends with the one that started it, by no other way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # sent to the group; the command ends its pool
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    if THREADS[0] not in os.environ:
        os.environ.update(dict.fromkeys(THREADS, str(threads)))  # heeded by what is loaded later
        with suppress(ImportError):  # without the extra `train` nothing is loaded that has threads
            from threadpoolctl import threadpool_limits  # noqa: PLC0415

            threadpool_limits(threads)


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, and end this one."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
