"""Bytes that survive the power going off, and files and folders that appear whole or not at all.

What is made is staged beside its place, synced, and given its name last; then the folder that
holds the name is synced too.
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
    """Bring a file's bytes, or a folder's entries, to the disk.

    Raises:
        OSError: The disk did not take it; what it holds now is unknown.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make(folder: Path, sync: Sync = sync) -> None:
    """Make a folder and those above it that are missing, each durable by its name."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in reversed(missing):
        sync(each.parent)


def sync_tree(folder: Path, sync: Sync = sync) -> None:
    """Make a folder durable: its files, then its folders from the innermost out."""
    for here, _, files in os.walk(folder, topdown=False):
        for name in sorted(files):
            sync(Path(here, name))
        sync(Path(here))


def place(path: Path, content: bytes) -> None:
    """Make a file with this content, whole and durable, in place of what was there.

    Raises:
        StateError: The disk refused; what was there is there still.
    """
    with written(str(path)), staged(path) as stage:
        stage.write_bytes(content)


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Yield a file to write in place of ``path``, which it becomes when the block ends well.

    A block that raises leaves ``path`` as it was and nothing beside it.
    """
    make(path.parent)
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    stage = Path(name)
    try:
        yield stage
        # mkstemp keeps others out; a finished file is as readable as any the folder holds.
        stage.chmod(0o644)
        sync(stage)
        stage.replace(path)
    except BaseException:
        stage.unlink(missing_ok=True)
        raise
    sync(path.parent)


@contextmanager
def written(what: str) -> Iterator[None]:
    """Turn a disk's refusal into an error of ours: nothing may be acknowledged.

    Raises:
        StateError: The disk refused.
    """
    try:
        yield
    except OSError as error:
        raise StateError(
            f"{what} could not be written down: {error}",
            hint="check the path, the disk and its free space, then try again",
        ) from error
