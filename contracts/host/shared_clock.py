"""A clock that several processes share: product time as one of them sets it, faster or held.

A file holds from which moment on time runs, how fast, and up to which moment at most. Whoever plays
a history writes it; every process reads it, in less than two microseconds.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from typing import TYPE_CHECKING

from contracts.errors import StateError
from contracts.host.durable import disk_errors, write_file
from contracts.moment import END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: The moment shown when it was set, the machine's nanoseconds then, the speed, the last moment.
FIELDS = struct.Struct("<qqdq")
#: Written twice, so that a reader knows from two different copies that it came in between.
SIZE = 2 * FIELDS.size
#: How often a reader looks again: a writer needs less than a microsecond.
LOOKS = 1_000
#: The most seconds that a wait sleeps: the clock may be set meanwhile.
NAP = 0.02


class SharedClock:
    """Shows the product time that a file states; it never runs back unless it is set back.

    Args:
        path: The file, see `set_clock`.
        machine: The machine's time in nanoseconds, the same for all of its processes.

    Raises:
        StateError: There is no such file, or it is none of a clock.
    """

    def __init__(self, path: Path, *, machine: Callable[[], int] = time.monotonic_ns) -> None:
        self._machine = machine
        self._map = _mapped(path, mmap.ACCESS_READ)
        self._known = self._read()

    def now(self) -> int:
        """Return the present instant of the product."""
        known = self._known
        if self._map[:SIZE] != known[0]:
            known = self._known = self._read()
        _, at, since, speed, limit = known
        if not speed:
            return at
        # The machine may have started again since: then its time began anew.
        passed = self._machine() - since
        moment = at + int(passed * speed) // 1_000 if passed > 0 else at
        return min(moment, limit)

    def wait_until(self, moment: int) -> None:
        """Return when the clock shows that moment or later."""
        while self.now() < moment:
            time.sleep(NAP)

    def _read(self) -> tuple[bytes, int, int, float, int]:
        """Return the file's content, and the fields that it states."""
        for _ in range(LOOKS):
            content = self._map[:SIZE]
            if content[: FIELDS.size] == content[FIELDS.size :]:
                break
        return (content, *FIELDS.unpack_from(content))


class ClockSetter:
    """Sets a shared clock; one process does at a time.

    Args:
        path: The clock's file.
        machine: As of `SharedClock`.
    """

    def __init__(self, path: Path, *, machine: Callable[[], int] = time.monotonic_ns) -> None:
        self._machine = machine
        self._map = _mapped(path, mmap.ACCESS_WRITE)

    def hold(self, at: int) -> None:
        """Stop the clock at a moment."""
        self._set(at, 0.0, at)

    def run(self, at: int, *, speed: float, limit: int = END_OF_TIME) -> None:
        """Let the clock run from a moment on, so many times as fast, up to a last moment."""
        self._set(at, speed, limit)

    def _set(self, at: int, speed: float, limit: int) -> None:
        self._map[:SIZE] = 2 * FIELDS.pack(at, self._machine(), speed, limit)


def make_clock(path: Path, at: int) -> None:
    """Make the file of a clock that is stopped at a moment."""
    write_file(path, 2 * FIELDS.pack(at, 0, 0.0, at))


def _mapped(path: Path, access: int) -> mmap.mmap:
    """Return a clock's file in memory.

    Raises:
        StateError: There is no such file, or it is none of a clock.
    """
    if not path.is_file() or path.stat().st_size != SIZE:
        raise StateError(
            f"{path} is no clock that processes share", hint="remove its folder, and play again"
        )
    with disk_errors(str(path)):
        handle = os.open(path, os.O_RDWR if access == mmap.ACCESS_WRITE else os.O_RDONLY)
        try:
            return mmap.mmap(handle, SIZE, access=access)
        finally:
            os.close(handle)
