"""Events that were served while the database could not be written, durable on this host's disk.

Each file holds the events of a moment, or of several if they are few. It appears whole or not at
all, and goes when its events are committed. To write an event twice changes nothing, so a file
whose process was killed between the two is written again by the next process that starts.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IntegrityError, StateError
from contracts.host.durable import disk_errors, make_folder
from production.service.event_rows import EventRow
from production.service.sealed import read_sealed, write_sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

LOG = logging.getLogger("liaison.service")
#: The ends of names: of a file, with the number of its format, so that older code leaves what it
#: does not know; and of a damaged one.
SUFFIX, DAMAGED = ".events1", ".damaged"
#: A file of fewer bytes takes the next events too, so that a long outage does not make one file
#: for each event.
SMALL = 64 * 1024


class SpoolFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the spool.

    Attributes:
        path: Where it is.
        count: How many events it holds.
        size: Its bytes.
    """

    path: Path
    count: int
    size: int


class Spool:
    """The events of one process that wait on the disk, oldest first.

    Args:
        folder: The folder, which the processes of one host share.
        most: How many bytes of events this process may have there.
    """

    def __init__(self, folder: Path, *, most: int) -> None:
        self._folder, self._most = folder, most
        self._owner, self._next = token_hex(8), 0
        self._files: deque[SpoolFile] = deque()

    @property
    def depth(self) -> int:
        """How many events wait."""
        return sum(each.count for each in [*self._files])

    @property
    def size(self) -> int:
        """How many bytes they take."""
        return sum(each.size for each in [*self._files])

    def adopt(self) -> None:
        """Take what earlier processes left; what another process takes at the same time is its.

        Raises:
            StateError: The folder could not be made or read.
        """
        with disk_errors("the spool of events"):
            make_folder(self._folder)
            for path in sorted(self._folder.glob(f"*{SUFFIX}")):
                count = int(path.stem.rpartition("-")[2])
                mine = self._path(count)
                with suppress(FileNotFoundError):
                    path.rename(mine)
                    self._add(mine, count)

    def append(self, rows: Sequence[EventRow]) -> None:
        """Keep events; they are on the disk when this returns.

        Raises:
            StateError: There is no room for them, or the disk failed.
        """
        if not rows:
            return
        last = self._files[-1] if self._files and self._files[-1].size < SMALL else None
        together = [*self._read(last), *rows] if last else [*rows]
        content = msgspec.msgpack.encode(together)
        if self.size + len(content) > self._most:
            raise StateError(
                f"the spool of events is full: {self._most:,} bytes",
                hint="make the database writable, or raise serving.spool",
            )
        path = self._path(len(together))
        write_sealed(path, content)
        self._add(path, len(together))
        if last:
            self._drop(last)

    def oldest(self) -> tuple[SpoolFile, list[EventRow]] | None:
        """Return the oldest file and its events; none if none wait."""
        if not self._files:
            return None
        return self._files[0], self._read(self._files[0])

    def drop(self, file: SpoolFile) -> None:
        """Remove a file whose events are committed.

        Raises:
            StateError: The disk failed.
        """
        with disk_errors("the spool of events"):
            self._drop(file)

    def _path(self, count: int) -> Path:
        self._next += 1
        return self._folder / f"{self._next:09d}-{self._owner}-{count}{SUFFIX}"

    def _add(self, path: Path, count: int) -> None:
        self._files.append(SpoolFile(path=path, count=count, size=path.stat().st_size))

    def _drop(self, file: SpoolFile) -> None:
        file.path.unlink(missing_ok=True)
        with suppress(ValueError):
            self._files.remove(file)

    def _read(self, file: SpoolFile) -> list[EventRow]:
        """Return the events of a file; none of one that is damaged, or that another process took.

        Raises:
            StateError: The disk failed.
        """
        with disk_errors("the spool of events", "read"), suppress(FileNotFoundError):
            try:
                return msgspec.msgpack.decode(read_sealed(file.path), type=list[EventRow])
            except (IntegrityError, msgspec.DecodeError) as error:
                LOG.error("%d events are lost: %s", file.count, error)  # noqa: TRY400
                file.path.rename(file.path.with_suffix(DAMAGED))
        return []
