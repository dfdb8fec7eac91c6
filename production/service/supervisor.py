"""Keeps several processes at work on one port, and ends them in order.

Each accepts connections from a listening socket of its own, over which the kernel spreads them. The
supervisor keeps all of these sockets open: were one closed, what waits in its queue would be reset.
So a process that ends takes with it no connection that it had not accepted: the one that takes its
place inherits the socket.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from contracts.errors import StateError
from contracts.moment import SECOND, duration
from production.service.exposition import counter
from production.service.peers import LABEL, forget_families, write_families
from production.service.place import bind_each, print_line
from production.service.worker_order import WorkerOrder
from production.service.worker_process import WorkerProcess, ending

if TYPE_CHECKING:
    from collections.abc import Sequence
    from socket import socket

    from production.settings import Production

LOG = logging.getLogger("liaison.service")
#: Seconds until a worker that died is replaced: the first time, and at most.
SOON, LATE = 0.1, 30.0
#: A worker that lived so many seconds counts as sound: its successor starts soon again.
SOUND = 60.0
#: Seconds beyond its deadlines, for answers and then for writing, that a worker may take to end: it
#: may wait for the one that takes its place.
PATIENCE = 25.0
#: How a worker that is told to end does: by itself, or by the signal while it still starts.
ORDERLY = frozenset({0, -signal.SIGTERM})
#: Whose its own metrics are.
NAME = "supervisor"


def supervise(config: Production) -> None:
    """Serve in ``serving.workers`` processes until SIGTERM or SIGINT, then end all of them.

    Args:
        config: The configuration.

    Raises:
        ConfigError: The address cannot be bound.
        StateError: The workers cannot start, or one could not write all that it served.
    """
    with TemporaryDirectory(prefix="liaison-") as folder, ExitStack() as stack:
        sockets = bind_each(config, config.serving.workers)
        for each in sockets:
            stack.callback(each.close)
        codes = asyncio.run(Supervisor(config, sockets, folder=Path(folder)).run())
    failed = [code for code in codes if code not in ORDERLY]
    if failed:
        raise StateError(
            f"{len(failed)} of {len(codes)} workers ended with an error",
            hint="what they logged says why",
        )


class Supervisor:
    """Starts workers, replaces those that end, and ends all when it is told to.

    Args:
        config: The configuration.
        sockets: The sockets that they accept connections from: one for each, or one for all.
        folder: Where they leave their metrics for each other.
    """

    def __init__(self, config: Production, sockets: Sequence[socket], *, folder: Path) -> None:
        self._config, self._sockets, self._folder = config, sockets, folder
        self._drain = duration(config.serving.limits.drain) / SECOND
        self._ending = asyncio.Event()
        self._workers: set[WorkerProcess] = set()
        self._replaced: set[asyncio.Task[int]] = set()
        self._unready = {*range(1, config.serving.workers + 1)}
        self._restarts: Counter[int] = Counter()
        self._starting, self._has_served = 0, False

    async def run(self) -> list[int]:
        """Serve until told to end; return the exit codes of the workers that then ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        codes = await asyncio.gather(*(self._keep(number) for number in sorted(self._unready)))
        return [*codes, *await asyncio.gather(*self._replaced)]

    async def _keep(self, number: int) -> int:
        """Keep one worker at work until all end; return the last one's exit code."""
        delay = SOON
        while True:
            worker = await self._start(number)
            await worker.leaving.wait()
            if self._ending.is_set():
                return await self._ended(worker)
            if worker.is_draining:
                LOG.info("%s was told to end; another takes its place", worker.name)
                self._replace(worker)
                self._count(number)
                continue
            code = await self._ended(worker)
            if not self._has_served:
                self._end()
                return code or 1
            delay = SOON if worker.age > SOUND else delay
            words = "%s %s; another starts in %g s"
            LOG.error(words, worker.name, ending(code), delay)
            forget_families(self._folder, str(number))
            self._count(number)
            if await self._is_ending(within=delay):
                return 0
            delay = min(2 * delay, LATE)

    def _count(self, number: int) -> None:
        """Count one more start of a worker, as a metric."""
        self._restarts[number] += 1
        samples = [({LABEL: str(each)}, count) for each, count in sorted(self._restarts.items())]
        text = "How often a worker was started again."
        write_families(
            self._folder, NAME, [counter("liaison_worker_restarts_total", text, samples)]
        )

    async def _start(self, number: int) -> WorkerProcess:
        order = WorkerOrder(
            config=self._config,
            number=number,
            socket=self._sockets[(number - 1) % len(self._sockets)].fileno(),
            folder=str(self._folder),
        )
        self._starting += 1
        try:
            worker = await WorkerProcess.start(order)
        finally:
            self._starting -= 1
        self._workers.add(worker)
        if self._ending.is_set():
            worker.release()
            worker.signal(signal.SIGTERM)
            self._release()
        asyncio.create_task(self._announce(worker))  # noqa: RUF006 - the worker's end is its end
        return worker

    async def _announce(self, worker: WorkerProcess) -> None:
        """Log that a worker serves, and print a line when all do."""
        await worker.serving.wait()
        if not worker.line:
            return
        self._has_served = True
        LOG.info("%s serves", worker.name)
        for each in self._workers:
            if each.number == worker.number and each is not worker:
                each.release()
        if worker.number in self._unready:
            self._unready.remove(worker.number)
            if not self._unready:
                print_line(f"{worker.line} · {self._config.serving.workers} workers")

    def _replace(self, worker: WorkerProcess) -> None:
        """Let a worker end beside the one that takes its place."""
        task = asyncio.create_task(self._ended(worker))
        self._replaced.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[int]) -> None:
        """Take no account at the end of a worker that ended long before."""
        if not self._ending.is_set():
            self._replaced.discard(task)

    async def _ended(self, worker: WorkerProcess) -> int:
        """Return a worker's exit code; one that takes too long to end is killed."""
        end = asyncio.create_task(worker.end())
        patience = 2 * self._drain + PATIENCE
        await asyncio.wait({end}, timeout=patience)
        if not end.done():
            LOG.error("%s did not end within %g s; it is killed", worker.name, patience)
            worker.signal(signal.SIGKILL)
        code = await end
        self._workers.discard(worker)
        if code not in ORDERLY and (worker.is_draining or self._ending.is_set()):
            LOG.error("%s %s", worker.name, ending(code))
        return code

    async def _is_ending(self, *, within: float) -> bool:
        """Return whether the supervisor is told to end within so many seconds."""
        try:
            async with asyncio.timeout(within):
                return await self._ending.wait()
        except TimeoutError:
            return False

    def _end(self) -> None:
        """End all workers."""
        if self._ending.is_set():
            return
        LOG.info("ending: the workers answer the requests that they have")
        self._ending.set()
        for worker in self._workers:
            worker.release()
            worker.signal(signal.SIGTERM)
        self._release()

    def _release(self) -> None:
        """Let no connection wait any more, once no worker is about to inherit a socket."""
        if not self._starting:
            for each in self._sockets:
                each.close()
