"""Signatures by a pair of elliptic-curve keys in files, made and checked without any network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from contracts.signing.model_signing import KeySigner, KeyVerifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.signing.port import Signer, Verifier


class Keys:
    """Signs with a private key, and demands signatures that a public key confirms.

    Args:
        private_key: The file of the private key, PEM; needed only to publish.
        public_key: The file of the public key, PEM, or several, one of which must confirm a
            signature; given one, signatures are demanded.
        password_from: The environment variable with the private key's password; None where the key
            is not encrypted.

    Raises:
        ConfigError: Neither key is named, a file does not exist, or the variable is not set.
    """

    signer: Signer | None
    verifier: Verifier | None

    def __init__(
        self,
        *,
        private_key: str | None = None,
        public_key: str | Sequence[str] | None = None,
        password_from: str | None = None,
    ) -> None:
        trusted = (public_key,) if isinstance(public_key, str) else tuple(public_key or ())
        if not private_key and not any(trusted):
            raise ConfigError(
                "signing=key: expected a key, got none",
                hint="signing.private_key=… signs what is published, signing.public_key=… demands "
                "signatures of what is loaded",
            )
        # Checked at once: a training may take hours before its key is first used.
        named = [("private_key", private_key)] if private_key else []
        for name, file in (*named, *(("public_key", each) for each in trusted)):
            if not Path(file).is_file():
                raise ConfigError(
                    f"signing.{name}={file}: no such file", hint="docs/signing.md makes a key pair"
                )
        self.signer = KeySigner(private_key, _password(password_from)) if private_key else None
        self.verifier = KeyVerifier(*trusted) if trusted else None


def _password(variable: str | None) -> bytes | None:
    if variable is None:
        return None
    if variable not in os.environ:
        raise ConfigError(
            f"signing.password_from={variable}: no such environment variable",
            hint=f"export {variable}=…",
        )
    return os.environ[variable].encode()
