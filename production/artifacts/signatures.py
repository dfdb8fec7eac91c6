"""Where the signatures of artifacts lie: in a folder, or beside the artifacts in a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from contracts.errors import StateError
from contracts.host.durable import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from production.artifacts.bucket import Bucket

LARGEST_SIGNATURE = 2**20


class Signatures(Protocol):
    """The signatures of a store's artifacts, one file for each digest."""

    def fetch(self, digest: str) -> Path:
        """Return the file of an artifact's signature as it is now; it may not exist."""

    def share(self, digest: str) -> None:
        """Let everyone who opens the artifact have the signature in the file.

        Raises:
            StateError: It could not be written.
        """


class FolderSignatures:
    """Signatures in a folder, which is where everyone looks for them.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, digest: str) -> Path:
        """Return the file of an artifact's signature as it is now; it may not exist."""
        return self._folder / f"{digest}.sig"

    def share(self, digest: str) -> None:
        """Do nothing: it is there."""


class BucketSignatures:
    """Signatures in a bucket, with copies in a folder, which count while it cannot be reached.

    Args:
        bucket: The bucket.
        folder: The folder.
    """

    def __init__(self, bucket: Bucket, folder: Path) -> None:
        self._bucket, self._folder = bucket, folder

    def fetch(self, digest: str) -> Path:
        """Return the file of an artifact's signature as it is now; it may not exist."""
        file = self._folder / f"{digest}.sig"
        try:
            content = self._bucket.read(_key(digest), LARGEST_SIGNATURE)
        except StateError:
            return file
        if content is None:
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_bytes() != content:
            write_file(file, content)
        return file

    def share(self, digest: str) -> None:
        """Let everyone who opens the artifact have the signature in the file.

        Raises:
            StateError: It could not be written.
        """
        self._bucket.write(_key(digest), (self._folder / f"{digest}.sig").read_bytes())


def _key(digest: str) -> str:
    return f"signatures/{digest}.sig"
