"""Artifacts with signatures: each is signed as it is published, and checked before it is read.

A signature lies beside the store, not in the artifact: its digest names the same bytes, signed or
not. What is not signed yet is not acknowledged either, so no record names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.signing.sign import sign
from production.artifacts.listing import walk

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.signing.port import Signing
    from production.artifacts.port import Artifacts


class SignedArtifacts:
    """A store whose artifacts are signed, or must be.

    Args:
        artifacts: The store that keeps them.
        folder: Where their signatures lie, one file a digest.
        signing: Signs and verifies.
    """

    def __init__(self, artifacts: Artifacts, *, folder: Path, signing: Signing) -> None:
        self._artifacts, self._folder = artifacts, folder
        self._signing = signing

    def publish(self, folder: Path) -> str:
        """Keep a folder's files, sign them, and return the artifact's digest.

        Raises:
            ConfigError: There is no key to sign with, or what it signs would be refused.
            IntegrityError: The folder holds a link, or something that is no file.
            SignatureError: Equal content is signed by a key that is not trusted.
            StateError: The bytes could not be made durable.
        """
        digest = self._artifacts.publish(folder)
        path = self._artifacts.open(digest)
        sign(self._signing, path, _files(path), self._signature(digest))
        return digest

    def open(self, digest: str) -> Path:
        """Return the folder of an artifact, every file of it verified, and its signature.

        Raises:
            IntegrityError: A file is unlisted, missing, linked, different or too large.
            SignatureError: It is not signed, or not by the key, or not as it is.
            StateError: There is no such artifact.
        """
        path = self._artifacts.open(digest)
        self._verify(path, self._signature(digest))
        return path

    def quarantine(self, digest: str, reason: str) -> Path:
        """Move a broken artifact aside, so that it opens no more, and return where it lies now.

        Raises:
            StateError: There is no such artifact.
        """
        return self._artifacts.quarantine(digest, reason)

    def _signature(self, digest: str) -> Path:
        return self._folder / f"{digest}.sig"

    def _verify(self, path: Path, signature: Path) -> None:
        if self._signing.verifier is not None:
            self._signing.verifier.verify(path, _files(path), signature)


def guarded(artifacts: Artifacts, *, folder: Path, signing: Signing) -> Artifacts:
    """Return a store that signs and demands what a configuration chose: itself, if nothing."""
    if signing.signer is None and signing.verifier is None:
        return artifacts
    return SignedArtifacts(artifacts, folder=folder, signing=signing)


def _files(path: Path) -> set[str]:
    return {relative for relative, found in walk(path) if found.is_file()}
