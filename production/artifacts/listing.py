"""The listing of an artifact: every file with its size and digest.

The listing's own digest is the artifact's name. Nothing of an artifact is parsed before all of it
is verified against its listing.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The listing's own file in an artifact; a folder to publish must not have one.
LISTING = "listing.json"
FORMAT = 1
#: The largest listing that is read: enough for some hundred thousand files.
LARGEST_LISTING = 16 * 2**20


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        path: Relative to the artifact's folder, with slashes.
        size: In bytes.
        sha256: The digest of its bytes.
    """

    path: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: str


class Listing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every file of an artifact, by path.

    Attributes:
        files: The files.
        format: The format of this document.
    """

    files: tuple[Entry, ...]
    format: int = FORMAT

    @property
    def size(self) -> int:
        """The size of all files, in bytes."""
        return sum(entry.size for entry in self.files)

    def encode(self) -> bytes:
        """Return the listing as JSON, equal for equal listings."""
        return msgspec.json.encode(self, order="sorted")


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def list_files(folder: Path) -> Listing:
    """Return the listing of a folder's files.

    Raises:
        IntegrityError: The folder has a link, or something that is neither file nor folder.
    """
    entries = (
        Entry(path=name, size=path.stat().st_size, sha256=_file_digest(path))
        for name, path in walk(folder)
        if path.is_file()
    )
    return Listing(files=tuple(sorted(entries, key=lambda entry: entry.path)))


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file and folder below a folder, with its relative path; follow no link.

    Raises:
        IntegrityError: One is a link, or neither file nor folder.
    """
    for here, folders, files in os.walk(folder, onerror=_raise):
        for name in sorted(folders + files):
            path = Path(here, name)
            relative = path.relative_to(folder).as_posix()
            _check_regular(path, relative)
            yield relative, path


def verify(folder: Path, name: str, *, largest: int) -> None:
    """Check the files of an artifact against its digest.

    Args:
        folder: The artifact's folder.
        name: Its digest.
        largest: How many bytes it may have in all.

    Raises:
        IntegrityError: A file is unlisted, missing, linked, different or too large.
    """
    paths = dict(walk(folder))
    listed = {entry.path: entry for entry in _read_listing(paths, name, largest).files}
    for relative in sorted(listed.keys() - paths.keys()):
        raise broken(name, relative, "is missing")
    parents = {str(parent) for relative in listed for parent in PurePosixPath(relative).parents}
    for relative, path in sorted(paths.items()):
        if relative in listed:
            check_file(name, path, listed[relative])
        elif relative != LISTING and not (relative in parents and path.is_dir()):
            raise broken(name, relative, "is not listed")


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_regular(path: Path, relative: str) -> None:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise IntegrityError(f"{relative} is a symbolic link, expected a file of its own")
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise IntegrityError(f"{relative} is neither a file nor a folder")
    if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
        raise IntegrityError(f"{relative} is a hard link, expected a file of its own")


def _read_listing(paths: dict[str, Path], name: str, largest: int) -> Listing:
    path = paths.get(LISTING)
    if path is None or not path.is_file():
        raise broken(name, LISTING, "is missing")
    if path.stat().st_size > LARGEST_LISTING:
        raise broken(name, LISTING, f"is larger than {LARGEST_LISTING} bytes")
    return parse_listing(path.read_bytes(), name, largest)


def parse_listing(content: bytes, name: str, largest: int) -> Listing:
    """Return an artifact's listing from its bytes, after verifying them.

    Args:
        content: The bytes.
        name: The artifact's digest.
        largest: How many bytes the artifact may have in all.

    Raises:
        IntegrityError: The bytes differ from the digest, or make no listing that is allowed.
    """
    if digest(content) != name:
        raise broken(name, LISTING, "differs from the artifact's digest")
    try:
        listing = msgspec.json.decode(content, type=Listing)
    except msgspec.DecodeError as error:
        raise broken(name, LISTING, f"is malformed: {error}") from error
    if listing.format > FORMAT:
        raise broken(name, LISTING, f"has format {listing.format}, this code reads {FORMAT}")
    if listing.size > largest:
        biggest = max(listing.files, key=lambda entry: entry.size)
        fault = f"makes {listing.size} bytes in all, at most {largest} are allowed"
        raise broken(name, biggest.path, fault)
    for entry in listing.files:
        if not set(entry.path.split("/")).isdisjoint({"", ".", ".."}):
            raise broken(name, entry.path, "is no path inside an artifact")
    return listing


def check_file(name: str, path: Path, entry: Entry) -> None:
    """Check a file of an artifact against its entry in the listing.

    Raises:
        IntegrityError: It is no file, or has another size or digest.
    """
    if not path.is_file():
        raise broken(name, entry.path, "is not a file")
    size = path.stat().st_size
    if size != entry.size:
        raise broken(name, entry.path, f"has {size} bytes, {entry.size} are listed")
    if _file_digest(path) != entry.sha256:
        raise broken(name, entry.path, "differs from its listed digest")


def broken(name: str, path: str, fault: str) -> IntegrityError:
    """Return the error for a file that is not as an artifact's listing says."""
    return IntegrityError(
        f"artifact {name[:12]}…: {path} {fault}",
        hint="quarantine it, and train or publish it anew",
    )


def _raise(error: OSError) -> None:
    raise error
