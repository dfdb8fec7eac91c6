"""Signs what is published, again where the key has changed; a trial signature comes first."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from contracts.errors import ConfigError, SignatureError

if TYPE_CHECKING:
    from collections.abc import Collection

    from contracts.signing.port import Signer, Signing

#: What `sign` did.
Done = Literal["signed", "signed again", "signed already"]
PROBE = "probe"


def rehearse(signing: Signing) -> None:
    """Sign and verify a temporary file, so that keys that cannot work fail before anything is made.

    Raises:
        ConfigError: Signatures are demanded and there is no key to make one, the key cannot be
            used, or the verifier refuses what it signs.
        MissingExtraError: The library that signs is not installed.
    """
    if signing.signer is not None or signing.verifier is not None:
        _tested_signer(signing)


def sign(signing: Signing, folder: Path, files: Collection[str], signature: Path) -> Done:
    """Sign files of a folder, unless the same key signed them already, and return what was done.

    A signature by another key is replaced only where that key is trusted, so that a change of keys
    never turns a forged signature into a valid one.

    Raises:
        ConfigError: See `rehearse`.
        MissingExtraError: The library that signs is not installed.
        SignatureError: The present signature is not trusted, or not over these files as they are.
    """
    signer = _tested_signer(signing)
    exists = signature.exists()
    if exists:
        if signer.signed(folder, files, signature):
            return "signed already"
        if signing.verifier is None:
            raise SignatureError(
                f"{signature}: not by signing.private_key, or not over the files as they are",
                hint="to replace it name the keys that are trusted: signing.public_key=[NEW,OLD]",
            )
        signing.verifier.verify(folder, files, signature)
    signer.sign(folder, files, signature)
    return "signed again" if exists else "signed"


def _tested_signer(signing: Signing) -> Signer:
    signer = signing.signer
    if signer is None:
        raise ConfigError(
            "a signature is demanded of what is made here, and there is no key to sign with: "
            "signing.private_key is not named",
            hint="signing.private_key=…, or signing=none",
        )
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / PROBE).touch()
        signer.sign(folder, (PROBE,), folder / f"{PROBE}.sig")
        try:
            if signing.verifier is not None:
                signing.verifier.verify(folder, (PROBE,), folder / f"{PROBE}.sig")
        except SignatureError as error:
            raise ConfigError(
                "signing.public_key does not verify what signing.private_key signs",
                hint="name the public key of the private one, and with it those that are still "
                "trusted: signing.public_key=[NEW,OLD]; docs/signing.md",
            ) from error
    return signer
