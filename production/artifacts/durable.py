"""Bytes that survive the power going off: files first, then the folders that name them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Sync = Callable[[Path], None]


def sync(path: Path) -> None:
    """Make one file or folder durable.

    Raises:
        OSError: The disk did not take it; what it holds now is unknown.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path, sync: Sync) -> None:
    """Make a folder durable: its files, then its folders from the innermost out."""
    for here, _, files in os.walk(folder, topdown=False):
        for name in sorted(files):
            sync(Path(here, name))
        sync(Path(here))


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
            hint="check the disk and its free space, then try again",
        ) from error
