"""The metrics of several processes on one port: each leaves its own in a file for the others.

A scrape reaches whichever process accepts it; that one answers for all. What it says of the others
is at most a second old. The files are for the life of one supervisor, so they are not synced.
"""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from production.service.exposition import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

#: Seconds between two writings.
PERIOD = 1.0
#: The label that tells whose a sample is.
LABEL = "worker"
SUFFIX = ".metrics"


class Peers:
    """What one process tells the others, and what they told.

    Args:
        folder: Where the files are; none for a process that has no others.
        worker: Which of them this process is.
    """

    def __init__(self, folder: Path | None = None, *, worker: int = 1) -> None:
        self._folder, self._name = folder, str(worker)
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self, families: Callable[[], Sequence[Family]]) -> None:
        """Begin to write this process's metrics every second, in a thread."""
        if self._folder is not None:
            self._thread = Thread(target=self._run, args=(families,), name="metrics", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write no more: another process takes this one's place."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Return when nothing is written any more, or after so many seconds."""
        if self._thread is not None:
            self._thread.join(seconds)

    def join(self, families: Sequence[Family]) -> list[Family]:
        """Return the metrics of this process, and those of the others with the names of all."""
        if self._folder is None:
            return [*families]
        parts = {file.stem: file for file in sorted(self._folder.glob(f"*{SUFFIX}"))}
        parts.pop(self._name, None)
        told = [(name, read_families(file)) for name, file in parts.items()]
        return [*_joined([(self._name, families), *told])]

    def _run(self, families: Callable[[], Sequence[Family]]) -> None:
        assert self._folder is not None
        while not self._stop.is_set():
            write_families(self._folder, self._name, families())
            self._stop.wait(PERIOD)


def write_families(folder: Path, name: str, families: Sequence[Family]) -> None:
    """Write metrics for the other processes, in place of those of the same name."""
    stage = folder / f"{name}.staged"
    stage.write_bytes(msgspec.msgpack.encode(families))
    stage.replace(folder / f"{name}{SUFFIX}")


def forget_families(folder: Path, name: str) -> None:
    """Forget the metrics of a process that died."""
    (folder / f"{name}{SUFFIX}").unlink(missing_ok=True)


def read_families(file: Path) -> list[Family]:
    """Return the metrics in a file; none if its process died."""
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=list[Family])
    except FileNotFoundError:
        return []


def _joined(parts: Iterable[tuple[str, Sequence[Family]]]) -> Iterator[Family]:
    """Yield each family once, with the samples of all processes by their names."""
    families: dict[str, Family] = {}
    for name, part in parts:
        for family in part:
            samples = [
                (suffix, {LABEL: name, **labels}, value) for suffix, labels, value in family.samples
            ]
            before = families.get(family.name)
            earlier = before.samples if before else ()
            families[family.name] = replace(family, samples=[*earlier, *samples])
    yield from families.values()
