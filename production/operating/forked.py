"""Processes forked from one that has loaded what they run: they start in a tenth of the time.

One that loads it itself takes more than a second of a processor, at memory's cost, and what serves
beside it feels that. Linux alone: elsewhere the libraries that are loaded may not bear a fork.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from contracts.host.fork_server import ENDING, start_fork_server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from typing import Self

LOG = logging.getLogger("liaison.operating")
#: What the process that others are forked from loads.
PRELOADED = "production.operating.preloaded"
#: A process's exit code can be read once: whoever starts one asks for those of all others too.
LOCK = Lock()


def prepare() -> bool:
    """Start the process that others are forked from, unless it runs.

    Returns:
        Whether it runs: where it cannot, which is logged, processes load what they need themselves.
    """
    try:
        start_fork_server(PRELOADED)
    except OSError as error:
        LOG.warning("agents are started one by one, since none can be forked: %s", error)
        return False
    return True


def fork(module: str, name: str, streams: Sequence[Connection]) -> BaseProcess:
    """Start a process that runs a module's ``main``, and return it.

    The first one waits until all is loaded.

    Args:
        module: The module.
        name: What the system is to call the process.
        streams: Its standard input, output and error; they are closed here.

    Raises:
        OSError: It could not be started.
    """
    process = multiprocessing.get_context("forkserver").Process(
        target=_run, args=(module, name, streams), name=name
    )
    try:
        with LOCK:
            process.start()
    except EOFError as error:
        raise OSError(f"what {name} is forked from has ended") from error
    finally:
        for stream in streams:
            stream.close()
    return process


def exit_code(process: BaseProcess) -> int | None:
    """Return the exit code of a process, 255 where nobody knows it; None while it runs."""
    with LOCK:
        return process.exitcode


class ForkedProcess:
    """A forked process, as `asyncio.subprocess.Process` is one.

    Args:
        process: The process.
        stdin: What is written to its standard input.
        stdout: What it writes.
        stderr: What it logs.

    Attributes:
        pid: Its number.
        stdin: The same.
        stdout: The same.
        stderr: The same.
    """

    def __init__(
        self,
        process: BaseProcess,
        stdin: asyncio.WriteTransport,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
    ) -> None:
        assert process.pid is not None
        self.pid, self.stdin, self.stdout, self.stderr = process.pid, stdin, stdout, stderr
        self._process, self._handle = process, _handle(process.pid)
        self._ended = asyncio.create_task(self._end())

    @classmethod
    async def start(cls, module: str, name: str, *, limit: int) -> Self:
        """Start a process that runs a module's ``main``; `prepare` was called before.

        Args:
            module: The module.
            name: What the system is to call the process.
            limit: The most bytes of a line that is read of it.

        Raises:
            OSError: It could not be started.
        """
        (order, ours), *outputs = (multiprocessing.Pipe(duplex=False) for _ in range(3))
        stdin = await _written(ours)
        stdout, stderr = [await _read(output, limit) for output, _ in outputs]
        streams = order, *(theirs for _, theirs in outputs)
        try:
            process = await asyncio.to_thread(fork, module, name, streams)
        except OSError:
            stdin.close()
            raise
        return cls(process, stdin, stdout, stderr)

    async def wait(self) -> int:
        """Return its exit code once it has ended; of one that a signal ended, minus its number."""
        return await asyncio.shield(self._ended)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal.

        Raises:
            ProcessLookupError: It has ended.
        """
        if self._ended.done():
            raise ProcessLookupError
        if self._handle is None:
            os.kill(self.pid, number)
        else:
            signal.pidfd_send_signal(self._handle, number)

    async def _end(self) -> int:
        """Wait for its end.

        Where what it was forked from has ended, nobody says how it does: its input is closed, which
        lets it end, and its end is waited for all the same.
        """
        try:
            await _readable(self._process.sentinel)
            self.stdin.close()
            if self._handle is not None:
                await _readable(self._handle)
            code = await asyncio.to_thread(exit_code, self._process)
            assert code is not None
            return code
        finally:
            self.stdin.close()
            if self._handle is not None:
                os.close(self._handle)


def _run(module: str, name: str, streams: Sequence[Connection]) -> None:
    """Run a module's ``main`` in a group of this process's own."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    os.setpgid(0, 0)
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, "ascii")
    multiprocessing.set_start_method(None, force=True)  # a product's own processes: as anywhere
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    sys.exit(import_module(module).main())


def _handle(process: int) -> int | None:
    """Return a handle of a process; None if it has ended, or the system has none."""
    try:
        return os.pidfd_open(process)
    except OSError:
        return None


async def _readable(handle: int) -> None:
    """Wait until a handle can be read."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(handle)


async def _written(pipe: Connection) -> asyncio.WriteTransport:
    """Return what writes to a pipe."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, pipe)
    return transport


async def _read(pipe: Connection, limit: int) -> asyncio.StreamReader:
    """Return what reads a pipe."""
    reader = asyncio.StreamReader(limit=limit)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    return reader
