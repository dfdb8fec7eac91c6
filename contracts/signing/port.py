"""The ports of signing: what makes a signature, what checks one, and a configuration's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class Signer(Protocol):
    """Signs files."""

    def sign(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Write a signature over files of a folder.

        Args:
            folder: The folder.
            files: What is signed, as paths below the folder with slashes.
            signature: The file to write, completely or not at all; it may be in the folder.

        Raises:
            ConfigError: The key cannot be used.
            MissingExtraError: The library that signs is not installed.
        """

    def signed(self, folder: Path, files: Collection[str], signature: Path) -> bool:
        """Return whether a signature is of this signer, over exactly these files as they are.

        Args:
            folder: The folder.
            files: The files that must be signed, all of them and no others.
            signature: The signature's file.

        Raises:
            ConfigError: The key cannot be used.
            MissingExtraError: The library that signs is not installed.
        """


class Verifier(Protocol):
    """Checks signatures."""

    def verify(self, folder: Path, files: Collection[str], signature: Path) -> None:
        """Check that a signature exists, by a trusted key, over exactly these files as they are.

        Args:
            folder: The folder.
            files: The files that must be signed, all of them and no others.
            signature: The signature's file.

        Raises:
            SignatureError: There is none, or it is by another key, or over other bytes or files.
            ConfigError: The key cannot be used.
            MissingExtraError: The library that verifies is not installed.
        """


class Signing(Protocol):
    """A configuration's choice of signer and verifier.

    Attributes:
        signer: Signs what is published; None where nothing is signed, or no key is here.
        verifier: Checks what is loaded; None where no signature is demanded.
    """

    signer: Signer | None
    verifier: Verifier | None


class NoSigning:
    """The default: nothing is signed and no signature demanded; digests alone detect changes."""

    signer = None
    verifier = None
