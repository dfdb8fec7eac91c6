"""A contender's process: started, asked until it answers, looked at, and ended."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from benchmarks.serving.contender import Contender

#: Which core the servers run on, and which one the load comes from, if they are pinned.
SERVERS, LOAD = "1", "0"
#: Seconds within which a server must answer.
PATIENCE = 120.0
#: How far a server's probability may be from the generation's: all serve one trained state.
TOLERANCE = 1e-5
#: One thread each: libraries that compute would otherwise start as many as there are cores.
THREADS = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "LOKY")
}
MIB = 1024  # KiB


class Running:
    """A server at work.

    Args:
        contender: What it is.
        log: Where its output goes.
        pinned: Whether it has one core.
        expected: The probability it must answer with.

    Attributes:
        contender: The same.
        port: Its port.
        start: The seconds from the start of its process to its first answer.

    Raises:
        RuntimeError: It does not answer, or with something else.
    """

    def __init__(self, contender: Contender, log: Path, *, pinned: bool, expected: float) -> None:
        self.contender, self.port, self._log = contender, _free_port(), log
        command = [self._stated(word) for word in contender.command]
        further = {name: self._stated(value) for name, value in contender.environment.items()}
        begin = perf_counter()
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*(("taskset", "-c", SERVERS) if pinned else ()), *command],
                cwd=contender.folder,
                env={**os.environ, **THREADS, **further},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            answer = self._first_answer(begin + PATIENCE)
            self.start = perf_counter() - begin
            self._check(answer, expected)
        except BaseException:
            self.stop()
            raise

    @property
    def memory(self) -> float:
        """The resident memory of its processes, MiB."""
        return sum(map(_resident, _tree(self._process.pid))) / MIB

    @property
    def busy(self) -> float:
        """The seconds of processor time that its processes took so far."""
        return sum(map(_processor, _tree(self._process.pid)))

    def stop(self) -> None:
        """End it and all its processes."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._process.wait()

    def _stated(self, text: str) -> str:
        return text.replace("{port}", str(self.port))

    def _first_answer(self, deadline: float) -> bytes:
        while perf_counter() < deadline:
            if self._process.poll() is not None:
                break
            try:
                status, body = self._ask()
            except OSError:
                sleep(0.005)
                continue
            if status == http.client.OK:
                return body
            sleep(0.005)
        raise RuntimeError(f"no answer: {self._log.read_text(errors='replace')[-600:]}")

    def _ask(self) -> tuple[int, bytes]:
        question = self.contender.question
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", question.path, question.body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError from error
        finally:
            connection.close()

    def _check(self, answer: bytes, expected: float) -> None:
        given = self.contender.question.read(msgspec.json.decode(answer))
        if abs(given - expected) > TOLERANCE:
            raise RuntimeError(f"expected {expected}, got {given}: another model")


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def _tree(root: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    tree = [root]
    for process in tree:
        tree += [child for child, parent in parents.items() if parent == process]
    return tree


def _stat(process: int) -> list[str]:
    """Return the fields after the name in the kernel's line on a process; none if it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _resident(process: int) -> int:
    """Return the resident memory of a process, KiB."""
    fields = _stat(process)
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") // 1024 if fields else 0


def _processor(process: int) -> float:
    """Return the seconds of processor time of a process."""
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0
