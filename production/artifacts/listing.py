"""The listing of an artifact: every file with its size and digest; its own digest is the name."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The listing's own file in an artifact; a folder to publish must not have one.
LISTING = "listing.json"
FORMAT = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        path: Below the artifact's folder, with slashes.
        size: In bytes.
        sha256: The digest of its bytes.
    """

    path: str
    size: int
    sha256: str


class Listing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every file of an artifact, by path.

    Attributes:
        files: The files.
        format: The shape of this document.
    """

    files: tuple[Entry, ...]
    format: int = FORMAT

    def encode(self) -> bytes:
        """Return the one text that equal listings share."""
        return msgspec.json.encode(self, order="sorted")


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(folder: Path) -> Listing:
    """Return the listing of a folder as it is.

    Raises:
        IntegrityError: It holds a link, or something that is neither file nor folder.
    """
    entries = (
        Entry(path=name, size=path.stat().st_size, sha256=file_digest(path))
        for name, path in walk(folder)
        if path.is_file()
    )
    return Listing(files=tuple(sorted(entries, key=lambda entry: entry.path)))


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file and folder below a folder with its path as text, never following a link.

    Raises:
        IntegrityError: One is a link, or neither file nor folder.
    """
    for here, folders, files in os.walk(folder, onerror=_raise):
        for name in sorted(folders + files):
            path = Path(here, name)
            relative = path.relative_to(folder).as_posix()
            _refuse_link(path, relative)
            yield relative, path


def _refuse_link(path: Path, relative: str) -> None:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise IntegrityError(f"{relative} is a symbolic link, expected a file of its own")
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise IntegrityError(f"{relative} is neither a file nor a folder")
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
        raise IntegrityError(f"{relative} is a hard link, expected a file of its own")


def _raise(error: OSError) -> None:
    raise error
