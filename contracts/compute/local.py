"""Runs calls in processes of this machine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from joblib import Parallel, cpu_count

from contracts.compute.forked import Workers, forked
from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.compute.port import RunCalls

#: Seconds that a process without a call lives on: as long as another's call may take, for joblib
#: warns of one that ended.
IDLE = 86_400.0


class LocalCompute:
    """Runs calls in processes of this machine, which are started by the first call.

    They are forked where the command prepared for that.

    Args:
        processes: How many at a time; None for as many as there are cores.

    Raises:
        ConfigError: The number is below 1.
    """

    def __init__(self, *, processes: int | None = None) -> None:
        if processes is not None and processes < 1:
            raise ConfigError(
                f"compute.processes={processes}: expected a whole number above 0",
                hint="compute.processes=null starts one for each core",
            )
        self._processes = processes

    @property
    def alone(self) -> bool:
        """Whether one process is all it may start: then this one makes the calls."""
        return self._processes == 1

    @contextmanager
    def workers(self, calls: int) -> Iterator[RunCalls]:
        """Yield what runs calls in processes."""
        jobs = max(1, min(self._processes or cpu_count(), calls))
        if jobs > 1 and Workers.are_forked:
            with forked(jobs, threads=max(1, cpu_count() // jobs)) as run:
                yield run
            return
        with Parallel(n_jobs=jobs, return_as="generator", idle_worker_timeout=IDLE) as parallel:
            yield parallel
