"""A contract's signature: a file beside the normative ones, outside the digest that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import published
from contracts.contract.digest import NORMATIVE
from contracts.contract.provenance import FILE as PROVENANCE
from contracts.contract.shelf import found
from contracts.errors import ConfigError, SignatureError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.signing.port import Signing

SIGNATURE = "contract.sig"
#: What is signed: what the contract says, and where it came from.
FILES = (*NORMATIVE, PROVENANCE)


def signature(signing: Signing) -> Callable[[Path], None] | None:
    """Return what signs a contract's folder as it is published, none where nothing is to be signed.

    A folder that is signed already is left as it is. What was signed is checked at once where
    signatures are demanded: a private key that is not the public one's pair signs nothing here.

    Raises:
        ConfigError: Signatures are demanded, and there is no key to make one: what was published
            would be refused.
    """
    signer = signing.signer
    if signer is None:
        if signing.verifier is None:
            return None
        raise ConfigError(
            "a signature is demanded of what is published here, and there is no key to sign with",
            hint="signing.private_key=…, or signing=none",
        )

    def sign(folder: Path) -> None:
        target = folder / SIGNATURE
        made = not target.exists()
        if made:
            signer.sign(folder, FILES, target)
        try:
            demand(folder, signing)
        except SignatureError:
            if made:
                target.unlink()
            raise

    return sign


def demand(folder: Path, signing: Signing) -> None:
    """Check a contract's signature where one is demanded.

    Raises:
        SignatureError: It is not signed, or not by the key, or not as it is.
    """
    if signing.verifier is not None:
        signing.verifier.verify(folder, FILES, folder / SIGNATURE)


def trusted(root: Path, product: str, version: str, signing: Signing) -> Contract:
    """Return one published version of a product's contract, its signature checked where demanded.

    Raises:
        ContractError: It is not published.
        IntegrityError: A normative file is not as it was written.
        SignatureError: A signature is demanded, and this contract's is none of the key's.
    """
    folder = found(root, product, version)
    if folder.is_dir():  # before anything of it is parsed
        demand(folder, signing)
    return published(root, product, version)
