"""Loads a generation from elsewhere in a process that may die, before the asking process does.

A crafted generation can end its reader, take all memory, or never return: parsers and runtimes are
native code. So what this process did not pack itself is first loaded and checked against its golden
set in a short-lived process, within limits of time and memory, once for each artifact:

    python -m production.generation.probe < request

The process prints a line when it is ready to load, and another with its verdict.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from importlib import import_module
from math import ceil
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from contracts.errors import IntegrityError, StateError, UnfinishedError
from contracts.kind import Kind, Label, width
from production.generation.files import read_checked

if TYPE_CHECKING:
    from contracts.kind import Predicted
    from contracts.ports import Model

MIB = 2**20
#: CPU seconds and bytes beyond the process's own that loading and checking may take, and what each
#: byte of the artifact adds: large ensembles of trees take their time.
SECONDS, BYTES_A_SECOND = 4, 16 * MIB
MEMORY, EXPANSION = 640 * MIB, 4
#: How many times its CPU seconds a loading may take on the wall clock, where other processes run.
WALL_TIME_FACTOR = 5
#: Seconds that the process may take to start and to import the model's class.
STARTUP_SECONDS = 120
#: One thread, and one arena of memory: the limit counts what is reserved, used or not.
ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
READY = b"ready\n"
#: Signals that end the process for what other processes do: time on the wall clock, the system's
#: want of memory.
OUTSIDE = (-signal.SIGALRM, -signal.SIGKILL)


class ProbeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the process is to load, and within which limits.

    Attributes:
        folder: The generation's folder.
        name: What messages call the generation.
        inputs: Its input columns, in its order.
        model: The class that reads it: its module and name, with a colon between.
        product: The product.
        kind: What is predicted.
        labels: The target's labels.
        labels_open: Whether outcomes may carry others.
        seconds: CPU seconds that loading may take.
        memory: Bytes that it may take.
    """

    folder: str
    name: str
    inputs: tuple[str, ...]
    model: str
    product: str
    kind: Kind
    labels: tuple[Label, ...]
    labels_open: bool
    seconds: int
    memory: int

    @property
    def k(self) -> int:
        """How many columns a prediction has."""
        return width(self.kind, self.labels)


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the process found: no error, or the error's words."""

    error: str | None = None
    hint: str = ""


class Probe:
    """Checks each artifact in a process of its own, once, unless it is trusted.

    Args:
        model: The class that reads a generation.
        target: What is predicted.
        seconds: CPU seconds that a small generation may take to load.
        memory: Bytes that it may take.
    """

    def __init__(
        self,
        model: type[Model],
        target: Predicted,
        *,
        seconds: int = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self._model, self._target = f"{model.__module__}:{model.__qualname__}", target
        self._seconds, self._memory = seconds, memory
        self._sound: set[str] = set()

    def trust(self, digest: str) -> None:
        """Take an artifact as sound: this process packed it, and read it back, itself."""
        self._sound.add(digest)

    def check(self, digest: str, folder: Path, *, inputs: tuple[str, ...], name: str) -> None:
        """Load a generation in another process, unless it is trusted or was found sound before.

        Args:
            digest: The artifact's digest.
            folder: Its folder, as the artifact store verified it.
            inputs: The generation's input columns, in its order.
            name: What messages call it.

        Raises:
            IntegrityError: It does not load there, or takes too much time or memory.
            UnfinishedError: It took too long on the wall clock, or the system ended the process.
            StateError: The process could not be started.
        """
        if digest in self._sound:
            return
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        target = self._target
        _run(
            ProbeRequest(
                folder=str(folder.resolve()),
                name=name,
                inputs=inputs,
                model=self._model,
                product=target.product,
                kind=target.kind,
                labels=target.labels,
                labels_open=target.labels_open,
                seconds=self._seconds + size // BYTES_A_SECOND,
                memory=self._memory + size * EXPANSION,
            )
        )
        self._sound.add(digest)


def _run(request: ProbeRequest) -> None:
    """Run the process, and raise what it found.

    Raises:
        IntegrityError: The generation is broken, or ended the process.
        UnfinishedError: Something else may have ended the process.
        StateError: The process ended before it could load anything.
    """
    command = [sys.executable, "-m", "production.generation.probe"]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        process = subprocess.run(  # noqa: S603 - this module, by this interpreter
            command,
            input=msgspec.json.encode(request),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=STARTUP_SECONDS + request.seconds * WALL_TIME_FACTOR,
            check=False,
        )
        code, output = process.returncode, process.stdout
    except subprocess.TimeoutExpired as error:
        code, output = -signal.SIGALRM, error.stdout or b""
    if not output.startswith(READY):
        raise StateError(
            f"{request.name}: could not be tried in a process of its own: "
            f"{output.decode(errors='replace').strip() or _ending(code, request)}",
            hint=f"{request.model} must be importable by: {' '.join(command)}",
        )
    try:
        verdict = msgspec.json.decode(output.removeprefix(READY), type=ProbeResult)
    except msgspec.DecodeError:
        ended = f"{request.name}: loading it {_ending(code, request)}"
        if code in OUTSIDE:
            hint = "the machine may be too busy, or have too little memory: try again"
            raise UnfinishedError(ended, hint=hint) from None
        verdict = ProbeResult(error=ended)
    if verdict.error is not None:
        raise IntegrityError(
            verdict.error, hint=verdict.hint or "do not serve it: train it anew, or restore it"
        )


def _ending(code: int, request: ProbeRequest) -> str:
    """Return in words how the process ended without a verdict."""
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        return f"took more than {request.seconds} s"
    if code < 0:
        return f"ended its process by {signal.Signals(-code).name}"
    return f"ended its process with exit code {code}"


def _limit(request: ProbeRequest) -> None:
    """Limit what this process may take from now on; the system ends it if it takes more time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = ceil(usage.ru_utime + usage.ru_stime) + request.seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    signal.alarm(request.seconds * WALL_TIME_FACTOR)
    pages = Path("/proc/self/statm")
    if pages.exists():  # elsewhere the system does not say what is reserved already
        reserved = int(pages.read_text().split()[0]) * resource.getpagesize()
        limit = reserved + request.memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _judge(request: ProbeRequest, model: type[Model]) -> ProbeResult:
    try:
        read_checked(Path(request.folder), model, request, inputs=request.inputs, name=request.name)
    except IntegrityError as error:
        return ProbeResult(error=error.message, hint=error.hint)
    return ProbeResult()


def main(requests: BinaryIO, output: BinaryIO) -> None:
    """Read a request, load what it names, and write the verdict."""
    request = msgspec.json.decode(requests.read(), type=ProbeRequest)
    module, _, name = request.model.partition(":")
    try:
        model = attrgetter(name)(import_module(module))
    except (ImportError, AttributeError) as error:
        output.write(f"{type(error).__name__}: {error}".encode())
        return
    output.write(READY)
    output.flush()
    _limit(request)
    output.write(msgspec.json.encode(_judge(request, model)))


if __name__ == "__main__":
    # What a product's code prints must not mix with the verdict.
    with os.fdopen(os.dup(1), "wb") as verdicts:
        os.dup2(2, 1)
        main(sys.stdin.buffer, verdicts)
