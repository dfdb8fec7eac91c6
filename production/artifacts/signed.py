"""Artifacts with signatures: signed when they are published, verified before they are read.

A signature lies beside the store, not in the artifact, so that signing does not change the digest.
An artifact is acknowledged only after it is signed, so no record refers to an unsigned one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.signing.sign import sign
from production.artifacts.listing import walk

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.signing.port import Signing
    from production.artifacts.signatures import Signatures
    from production.artifacts.store import Artifacts


class SignedArtifacts:
    """A store that signs artifacts, verifies their signatures, or both.

    Args:
        artifacts: The store of the artifacts themselves.
        folder: Where the signatures lie here, one file for each digest.
        signing: Signs and verifies.
    """

    def __init__(self, artifacts: Artifacts, *, folder: Path, signing: Signing) -> None:
        self._artifacts, self._signing = artifacts, signing
        self._signatures = artifacts.signatures(folder)

    def publish(self, folder: Path) -> str:
        """Store a folder's files, sign them, and return the artifact's digest.

        Raises:
            ConfigError: There is no key to sign with, or its signature would not be trusted.
            IntegrityError: The folder has a link, or something that is no file.
            SignatureError: Equal content is signed by a key that is not trusted.
            StateError: The bytes could not be made durable.
        """
        digest = self._artifacts.publish(folder)
        path = self._artifacts.open(digest)
        sign(self._signing, path, _files(path), self._signatures.fetch(digest))
        self._signatures.share(digest)
        return digest

    def open(self, digest: str) -> Path:
        """Return the folder of an artifact, after verifying every file and the signature.

        Raises:
            IntegrityError: A file is unlisted, missing, linked, different or too large.
            SignatureError: There is no signature, or it is not of these files by a trusted key.
            StateError: There is no such artifact.
        """
        path = self._artifacts.open(digest)
        if self._signing.verifier is not None:
            self._signing.verifier.verify(path, _files(path), self._signatures.fetch(digest))
        return path

    def quarantine(self, digest: str, reason: str) -> Path:
        """Move a broken artifact where it cannot be opened, and return where it lies now.

        Raises:
            StateError: There is no such artifact.
        """
        return self._artifacts.quarantine(digest, reason)

    def signatures(self, folder: Path) -> Signatures:
        """Return the signatures of the artifacts, with files in a folder."""
        return self._artifacts.signatures(folder)


def with_signatures(artifacts: Artifacts, *, folder: Path, signing: Signing) -> Artifacts:
    """Return the store, wrapped if the configuration signs artifacts or verifies signatures."""
    if signing.signer is None and signing.verifier is None:
        return artifacts
    return SignedArtifacts(artifacts, folder=folder, signing=signing)


def _files(folder: Path) -> set[str]:
    return {relative for relative, path in walk(folder) if path.is_file()}
