"""Folders that are ours: nothing in any other folder is ever replaced or removed.

A folder that we make, or find empty, gets a marker file. Who writes to a folder claims it first.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from contracts.errors import StateError
from contracts.host.durable import disk_errors, make_folder, sync

if TYPE_CHECKING:
    from pathlib import Path

MARKER = ".liaison"
TEXT = "Liaison writes to this folder: its next command may replace or remove what is in it.\n"
#: How many foreign files a refusal names.
NAMED = 3


def claim(folder: Path) -> None:
    """Make a folder ours: a missing or empty one is marked, a marked one stays as it is.

    One that has empty folders alone is empty.

    Raises:
        StateError: It is a file, or it is not empty and has no marker; or the disk failed.
    """
    if folder.exists() and not folder.is_dir():
        raise _foreign(folder, "is a file, expected a folder")
    with disk_errors(str(folder)):
        make_folder(folder)
        names = sorted(path.name for path in folder.iterdir() if not _is_empty(path))
        if MARKER not in names:
            _check_empty(folder, names)
            _mark(folder)


def is_ours(folder: Path) -> bool:
    """Return whether a folder has our marker, and is no link to another one."""
    return (folder / MARKER).is_file() and not folder.is_symlink()


def clear(folder: Path) -> None:
    """Remove all that a claimed folder contains, except its marker.

    The marker stays, so that a folder that is half cleared can still be cleared. Links are removed,
    not followed.

    Raises:
        StateError: The folder is not ours, or the disk failed.
    """
    if not is_ours(folder):
        raise _foreign(folder, f"has no {MARKER}, so it is not cleared")
    with disk_errors(str(folder)):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != MARKER:
                path.unlink()


def _mark(folder: Path) -> None:
    # Not staged and renamed: a temporary file would look foreign to another process's claim.
    with suppress(FileExistsError):
        (folder / MARKER).open("x").close()
    (folder / MARKER).write_text(TEXT, "utf-8")
    sync(folder / MARKER)
    sync(folder)


def _is_empty(path: Path) -> bool:
    """Return whether a path is a folder without anything in it, such as DVC makes for outputs."""
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _check_empty(folder: Path, names: list[str]) -> None:
    if names:
        shown = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
        raise _foreign(folder, f"has files that we did not write: {shown}")


def _foreign(folder: Path, fault: str) -> StateError:
    return StateError(
        f"{folder} {fault}",
        hint="move it away, or write elsewhere, for example with paths.output=outputs/another",
    )
