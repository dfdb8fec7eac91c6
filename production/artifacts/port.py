"""The port of an artifact store: what every store promises, wherever it keeps the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class Artifacts(Protocol):
    """Keeps folders of data files by digest, each written once."""

    def publish(self, folder: Path) -> str:
        """Keep a folder's files and return the artifact's digest, when they are durable.

        Publishing equal content again changes nothing.

        Raises:
            IntegrityError: The folder holds a link, or something that is no file.
            StateError: The bytes could not be made durable.
        """

    def open(self, digest: str) -> Path:
        """Return the folder of an artifact, every file of it verified; nobody writes into it.

        Raises:
            IntegrityError: A file is unlisted, missing, linked, different or too large.
            StateError: There is no such artifact.
        """

    def quarantine(self, digest: str, reason: str) -> Path:
        """Move a broken artifact aside, so that it opens no more, and return where it lies now.

        Raises:
            StateError: There is no such artifact.
        """
