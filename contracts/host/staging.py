"""Staging rooms: where a folder is filled before it is moved to its place.

The writer marks and locks its room, so that what a killed writer left behind can be removed, and
nothing else is.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.host.owned import claim, is_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX, CONTENT = ".staging-", "content"


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Yield a new, empty folder in a locked room below a folder; remove the room at the end.

    Git ignores the room, even if the process is killed.
    """
    room, lock = _create(folder)
    try:
        claim(room)
        (room / ".gitignore").write_text("*\n")
        content = room / CONTENT
        content.mkdir()  # with the umask's mode, unlike the room
        yield content
    finally:
        shutil.rmtree(room, ignore_errors=True)
        os.close(lock)


def sweep(folder: Path) -> None:
    """Remove the rooms of killed writers: the system released their locks."""
    for room in folder.glob(f"{PREFIX}*"):
        lock = _lock(room)
        if lock is not None:
            if is_ours(room) or not any(room.iterdir()):
                shutil.rmtree(room, ignore_errors=True)
            os.close(lock)


def _create(folder: Path) -> tuple[Path, int]:
    while True:
        room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        lock = _lock(room)
        if lock is not None:
            return room, lock
        # Another process swept the room before it was locked: create a new one.


def _lock(room: Path) -> int | None:
    """Return the handle that locks a room; none if it is locked already, gone, or no folder."""
    try:
        handle = os.open(room, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if room.exists():
            return handle
    except BlockingIOError:
        pass
    os.close(handle)
    return None
