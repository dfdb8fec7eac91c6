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
from contracts.host.openmp import limit_spinning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from contracts.compute.port import Call, RunCalls

#: What says how many threads numeric libraries have, by what they are made with.
THREADS = {"openmp": "OMP_NUM_THREADS", "blas": "OPENBLAS_NUM_THREADS"}


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
        limit_spinning()
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
    except BaseException as error:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        if isinstance(error, BrokenProcessPool | EOFError):
            raise StateError(
                f"a process that ran calls ended before it was done: {error}",
                hint="where memory is short the system ends one, and compute.processes=1 takes the "
                "least; the same command goes on where this ended",
            ) from error
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _results(made: Sequence[Future[Any]]) -> Iterator[Any]:
    """Yield the results in their order; raise the error of any of them as soon as there is one."""
    left = set(made)
    for each in made:
        while each in left:
            done, left = wait(left, return_when=FIRST_COMPLETED)
            for ended in done:
                ended.result()
        yield each.result()


def _begin(threads: int) -> None:
    """Prepare a process for its calls: it ends with the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # sent to the group; the command ends its pool
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _limit(threads)


def _limit(threads: int) -> None:
    """Limit the threads of numeric libraries where the environment does not say how many."""
    unsaid = {kind: name for kind, name in THREADS.items() if name not in os.environ}
    os.environ.update(dict.fromkeys(unsaid.values(), str(threads)))  # for what is loaded later
    with suppress(ImportError):  # without the extra `train` nothing is loaded that has threads
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        threadpool_limits(dict.fromkeys(unsaid, threads))


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, and end this one."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
