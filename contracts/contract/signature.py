"""A contract's signature: a file beside the normative ones, not part of the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract.digest import NORMATIVE
from contracts.contract.lookup import contract_folder, published
from contracts.contract.provenance import FILE as PROVENANCE
from contracts.signing.sign import rehearse, sign

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.signing.port import Signing
    from contracts.signing.sign import Done

SIGNATURE = "contract.sig"
#: What is signed: the normative files and the provenance.
FILES = (*NORMATIVE, PROVENANCE)


def signer_for(signing: Signing) -> Callable[[Path], Done] | None:
    """Return a function that signs the folder of a contract, None if nothing is to be signed.

    Raises:
        ConfigError: Signatures are required and there is no key to make one, the key cannot be
            used, or a signature made with it would be refused.
        MissingExtraError: The signing library is not installed.
    """
    if signing.signer is None and signing.verifier is None:
        return None
    rehearse(signing)
    return lambda folder: sign(signing, folder, FILES, folder / SIGNATURE)


def check_signature(folder: Path, signing: Signing) -> None:
    """Check a contract's signature if one is required.

    Raises:
        SignatureError: There is none, it is by another key, or the files differ from what was
            signed.
    """
    if signing.verifier is not None:
        signing.verifier.verify(folder, FILES, folder / SIGNATURE)


def load_trusted(root: Path, product: str, version: str, signing: Signing) -> Contract:
    """Return a published version of a product's contract after checking its signature if required.

    Raises:
        ContractError: It is not published.
        IntegrityError: A normative file differs from what was written.
        SignatureError: A signature is required, and the contract has no valid one.
    """
    folder = contract_folder(root, product, version)
    if folder.is_dir():  # before any file is parsed
        check_signature(folder, signing)
    return published(root, product, version)
