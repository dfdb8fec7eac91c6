"""The one gate in front of every artifact: nothing is parsed before all of it is verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IntegrityError
from production.artifacts.listing import (
    FORMAT,
    LISTING,
    Entry,
    Listing,
    digest,
    file_digest,
    walk,
)

if TYPE_CHECKING:
    from pathlib import Path

#: A listing of some hundred thousand files; a longer one is no listing of ours.
LARGEST_LISTING = 16 * 2**20


def verify(folder: Path, name: str, *, largest: int) -> None:
    """Check an artifact's folder against the digest it goes by.

    Args:
        folder: The artifact.
        name: Its digest.
        largest: The bytes it may hold in all.

    Raises:
        IntegrityError: A file is unlisted, missing, linked, different or too large.
    """
    found = dict(walk(folder))
    listed = {entry.path: entry for entry in _listing(found, name, largest).files}
    for relative in sorted(listed.keys() - found.keys()):
        raise _broken(name, relative, "is missing")
    parents = {parent for relative in listed for parent in _parents(relative)}
    for relative, path in sorted(found.items()):
        if relative in listed:
            _compare(name, path, listed[relative])
        elif relative != LISTING and not (relative in parents and path.is_dir()):
            raise _broken(name, relative, "is not listed")


def _listing(found: dict[str, Path], name: str, largest: int) -> Listing:
    path = found.get(LISTING)
    if path is None or not path.is_file():
        raise _broken(name, LISTING, "is missing")
    if path.stat().st_size > LARGEST_LISTING:
        raise _broken(name, LISTING, f"is larger than {LARGEST_LISTING} bytes")
    content = path.read_bytes()
    if digest(content) != name:
        raise _broken(name, LISTING, "differs from the artifact's digest")
    listing = _parsed(content, name)
    total = sum(entry.size for entry in listing.files)
    if total > largest:
        biggest = max(listing.files, key=lambda entry: entry.size)
        raise _broken(name, biggest.path, f"makes {total} bytes in all, at most {largest} may be")
    return listing


def _parsed(content: bytes, name: str) -> Listing:
    try:
        listing = msgspec.json.decode(content, type=Listing)
    except msgspec.DecodeError as error:
        raise _broken(name, LISTING, f"is no listing: {error}") from error
    if listing.format > FORMAT:
        raise _broken(name, LISTING, f"has format {listing.format}, this code knows {FORMAT}")
    return listing


def _compare(name: str, path: Path, entry: Entry) -> None:
    if not path.is_file():
        raise _broken(name, entry.path, "is no file")
    size = path.stat().st_size
    if size != entry.size:
        raise _broken(name, entry.path, f"has {size} bytes, {entry.size} are listed")
    if file_digest(path) != entry.sha256:
        raise _broken(name, entry.path, "differs from its listed digest")


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _broken(name: str, path: str, fault: str) -> IntegrityError:
    return IntegrityError(
        f"artifact {name[:12]}…: {path} {fault}",
        hint="quarantine it, and train or publish it anew",
    )
