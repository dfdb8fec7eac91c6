"""Writes files and folders that survive a power failure, and appear completely or not at all.

Content is written beside its final place, synced, and renamed last; then the folder that contains
the name is synced too.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Sync = Callable[[Path], None]


def sync(path: Path) -> None:
    """Flush a file's bytes, or a folder's entries, to the disk.

    Raises:
        OSError: The disk failed; what it contains now is unknown.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path, sync: Sync = sync) -> None:
    """Make a folder and those above it that are missing, and sync the folder each was made in."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in reversed(missing):
        sync(each.parent)


def sync_tree(folder: Path, sync: Sync = sync) -> None:
    """Sync everything in a folder: its files, then its folders from the innermost out."""
    for here, _, files in os.walk(folder, topdown=False):
        for name in sorted(files):
            sync(Path(here, name))
        sync(Path(here))


def write_file(path: Path, content: bytes) -> None:
    """Write a file durably, in place of one that exists already.

    Raises:
        StateError: The disk failed; an existing file is unchanged.
    """
    with disk_errors(str(path)), staged(path) as stage:
        stage.write_bytes(content)


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Yield a temporary file to write, which becomes ``path`` when the block ends without error.

    A block that raises leaves ``path`` as it was, and no temporary file.
    """
    make_folder(path.parent)
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    stage = Path(name)
    try:
        yield stage
        # mkstemp lets only the owner read; a finished file is as readable as any other.
        stage.chmod(0o644)
        sync(stage)
        stage.replace(path)
    except BaseException:
        stage.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def disk_errors(what: str, action: str = "written") -> Iterator[None]:
    """Turn errors of the disk into a StateError, so that nothing unwritten is acknowledged.

    Args:
        what: What is being written, for the message.
        action: What is done to it, if it is not written.

    Raises:
        StateError: The disk failed.
    """
    try:
        yield
    except OSError as error:
        raise StateError(
            f"{what} could not be {action}: {error}",
            hint="check the path, the disk and its free space, then try again",
        ) from error
