"""Staging folders: where an artifact is written before it is published.

The writer locks its folder, so that only what a killed writer left behind is removed.
"""

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
def staging(folder: Path) -> Iterator[Path]:
    """Yield a new, empty and locked folder below a folder; remove at the end what is left of it."""
    path, lock = _create(folder)
    try:
        path.chmod(0o755)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def sweep(folder: Path) -> None:
    """Remove the staging folders of killed writers: the system released their locks."""
    for path in folder.iterdir():
        lock = _lock(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _create(folder: Path) -> tuple[Path, int]:
    while True:
        path = Path(tempfile.mkdtemp(dir=folder))
        lock = _lock(path)
        if lock is not None:
            return path, lock
        # Another process swept the folder before it was locked: create a new one.


def _lock(path: Path) -> int | None:
    """Return the handle that locks a folder; none if it is locked already, or gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists():
            return handle
    except BlockingIOError:
        pass
    os.close(handle)
    return None
