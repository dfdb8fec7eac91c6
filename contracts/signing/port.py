"""The ports of signing: what makes a signature, what checks one, and what a configuration chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class Signer(Protocol):
    """Vouches for files."""

    def sign(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Write a signature over files of a folder.

        Args:
            folder: The folder.
            files: What is signed, as paths below the folder with slashes.
            signature: The file to write, whole or not at all; it may lie in the folder.

        Raises:
            ConfigError: The key cannot be used.
            MissingExtraError: What signs is not installed.
        """

    def signed(self, folder: Path, files: Collection[str], signature: Path) -> bool:
        """Return whether a signature is its own, over exactly these files as they are.

        Args:
            folder: The folder.
            files: What must be signed, all of it and nothing else.
            signature: The signature's file.

        Raises:
            ConfigError: The key cannot be used.
            MissingExtraError: What signs is not installed.
        """


class Verifier(Protocol):
    """Demands a signature."""

    def verify(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Check that a signature is there, of a trusted key, over exactly these files as they are.

        Args:
            folder: The folder.
            files: What must be signed, all of it and nothing else.
            signature: The signature's file.

        Raises:
            SignatureError: There is none, or it is another's, or of other bytes or other files.
            ConfigError: The key cannot be used.
            MissingExtraError: What verifies is not installed.
        """


class Signing(Protocol):
    """What a configuration chose.

    Attributes:
        signer: Signs what is published; none where nothing is to be signed, or nobody here may.
        verifier: Checks what is loaded; none where no signature is demanded.
    """

    signer: Signer | None
    verifier: Verifier | None
