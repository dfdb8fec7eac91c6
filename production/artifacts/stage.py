"""Rooms to write in before anything is published, each held by a lock while its writer lives."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def room(staged: Path) -> Iterator[Path]:
    """Yield an empty folder of one's own; what is left of it at the end is removed."""
    path, lock = _held(staged)
    try:
        path.chmod(0o755)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def sweep(staged: Path) -> None:
    """Remove the rooms whose writers are gone: the lock of a killed process is free."""
    for path in staged.iterdir():
        lock = _lock(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _held(staged: Path) -> tuple[Path, int]:
    while True:
        path = Path(tempfile.mkdtemp(dir=staged))
        lock = _lock(path)
        if lock is not None:
            return path, lock
        # Another process swept the room before the lock was ours: take a new one.


def _lock(path: Path) -> int | None:
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    if path.exists():
        return lock
    os.close(lock)
    return None
