"""A contract's signature: a file beside the normative ones, outside the digest that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import published
from contracts.contract.digest import NORMATIVE
from contracts.contract.provenance import FILE as PROVENANCE
from contracts.contract.shelf import found
from contracts.signing.sign import rehearse, sign

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.signing.port import Signing
    from contracts.signing.sign import Done

SIGNATURE = "contract.sig"
#: What is signed: what the contract says, and where it came from.
FILES = (*NORMATIVE, PROVENANCE)


def signature(signing: Signing) -> Callable[[Path], Done] | None:
    """Return what signs a contract's folder as it is published, none where nothing is to be signed.

    Raises:
        ConfigError: Signatures are demanded and there is no key to make one, the key cannot be
            used, or what was published would be refused.
        MissingExtraError: What signs is not installed.
    """
    if signing.signer is None and signing.verifier is None:
        return None
    rehearse(signing)
    return lambda folder: sign(signing, folder, FILES, folder / SIGNATURE)


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
