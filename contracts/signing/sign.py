"""Signs what is published: rehearsed before anything else, and anew where the key has changed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from contracts.errors import ConfigError, SignatureError

if TYPE_CHECKING:
    from collections.abc import Collection

    from contracts.signing.port import Signer, Signing

#: What became of a signature.
Done = Literal["signed", "signed anew", "signed already"]
PROBE = "probe"


def rehearse(signing: Signing) -> None:
    """Sign what nobody keeps, and check it: what could not be signed at the end is told at once.

    Raises:
        ConfigError: Signatures are demanded and there is no key to make one, the key cannot be
            used, or what it signs would be refused here.
        MissingExtraError: What signs is not installed.
    """
    if signing.signer is not None or signing.verifier is not None:
        _rehearsed(signing)


def sign(signing: Signing, folder: Path, files: Collection[str], signature: Path) -> Done:
    """Sign files of a folder, unless they are signed by the same key, and return what was done.

    Another's signature is replaced only where it is one that is trusted: so a change of keys
    vouches for nothing that nobody vouched for before.

    Raises:
        ConfigError: See `rehearse`.
        MissingExtraError: What signs is not installed.
        SignatureError: What stands there is not trusted, or not over these files as they are.
    """
    signer = _rehearsed(signing)
    there = signature.exists()
    if there:
        if signer.signed(folder, files, signature):
            return "signed already"
        if signing.verifier is None:
            raise SignatureError(
                f"{signature}: not by signing.private_key, or not of the files as they are",
                hint="to replace it name the keys that are trusted: signing.public_key=[NEW,OLD]",
            )
        signing.verifier.verify(folder, files, signature)
    signer.sign(folder, files, signature)
    return "signed anew" if there else "signed"


def _rehearsed(signing: Signing) -> Signer:
    signer = signing.signer
    if signer is None:
        raise ConfigError(
            "a signature is demanded of what is made here, and there is no key to sign with: "
            "signing.private_key is not named",
            hint="signing.private_key=…, or signing=none",
        )
    with TemporaryDirectory() as room:
        folder = Path(room)
        (folder / PROBE).touch()
        signer.sign(folder, (PROBE,), folder / f"{PROBE}.sig")
        try:
            if signing.verifier is not None:
                signing.verifier.verify(folder, (PROBE,), folder / f"{PROBE}.sig")
        except SignatureError as error:
            raise ConfigError(
                "what signing.private_key signs, signing.public_key refuses: they are no pair",
                hint="name the public key of the private one, and beside it those that are still "
                "trusted: signing.public_key=[NEW,OLD]; docs/signing.md",
            ) from error
    return signer
