"""A contract as it lies in its folder: verified against its digest, its schemas' columns compiled.

Loading needs neither pandas nor pandera nor scikit-learn: serving loads contracts too.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - a struct's annotations are read

import msgspec

from contracts.contract import document, provenance
from contracts.contract.digest import INPUT, OUTPUT, TERMS, combine, differing, files
from contracts.contract.provenance import Provenance  # noqa: TC001 - the same
from contracts.contract.shelf import found as lies
from contracts.contract.shelf import shelves
from contracts.contract.terms import Specification
from contracts.errors import ContractError, IntegrityError, did_you_mean
from contracts.schema.stored import columns
from contracts.version import Version


class Contract(Specification, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided and was measured, and the folder it was read from.

    Attributes:
        folder: Where the contract lies.
        digest: The digest of its normative part.
        provenance: Where it came from.
    """

    folder: Path
    digest: str
    provenance: Provenance


def load(folder: Path) -> Contract:
    """Return the contract that lies in a folder, draft or published.

    Raises:
        ContractError: There is no contract, or not one this code can read.
        IntegrityError: A normative file is not as it was written.
    """
    if not folder.is_dir():
        raise ContractError(f"{folder}: no contract there", hint=_hint(folder))
    origin = provenance.read(folder)
    _verify(folder, origin)
    try:
        terms = document.read((folder / TERMS).read_text("utf-8"), name=str(folder / TERMS))
        contract = Contract(
            **msgspec.structs.asdict(terms),
            folder=folder,
            digest=origin.digest,
            input_columns=columns(folder / INPUT),
            output_columns=columns(folder / OUTPUT),
            provenance=origin,
        )
    except UnicodeDecodeError as error:
        raise ContractError(f"{folder}: holds a file that is no text: {error}") from error
    if len(contract.outputs) != contract.k:
        raise ContractError(
            f"{folder / OUTPUT}: expected {contract.k} columns for {contract.kind}, "
            f"got {len(contract.outputs)}: {', '.join(contract.outputs)}"
        )
    return contract


def versions(root: Path, product: str) -> tuple[str, ...]:
    """Return the published versions of a product's contract, oldest first."""
    found = set()
    for folder in (each for shelf in shelves(root) for each in (shelf / product).glob("*")):
        try:
            found.add(Version.parse(folder.name))
        except ContractError:
            continue
    return tuple(str(version) for version in sorted(found))


def products(root: Path) -> tuple[str, ...]:
    """Return the products that have a published contract, in order."""
    folders = {each.name for shelf in shelves(root) for each in shelf.glob("*") if each.is_dir()}
    return tuple(name for name in sorted(folders) if versions(root, name))


def published(root: Path, product: str, version: str) -> Contract:
    """Return one published version of a product's contract.

    Raises:
        ContractError: It is not published, or lies under another's name.
    """
    folder = lies(root, product, version)
    *_, last = shelves(root)
    if not folder.is_dir() and last != root:
        near_by = folder if root.is_dir() else last / product / version
        raise ContractError(f"{folder}: no contract there, nor in {last}", hint=_hint(near_by))
    contract = load(folder)
    if (contract.product, contract.version) != (product, version):
        raise ContractError(
            f"{contract.folder}: holds {contract.product} {contract.version}, "
            f"not {product} {version}"
        )
    return contract


def latest(root: Path, product: str) -> Contract:
    """Return the newest published version of a product's contract.

    Raises:
        ContractError: None is published.
    """
    found = versions(root, product)
    if not found:
        raise ContractError(
            f"{product}: no contract is published under {root}", hint=_hint(root / product / "")
        )
    return published(root, product, found[-1])


def _verify(folder: Path, origin: Provenance) -> None:
    found = files(folder)
    changed = differing(found, origin.files)
    if changed or combine(found) != origin.digest:
        raise IntegrityError(
            f"{folder}: not as it was written: {', '.join(changed) or 'the digest differs'}",
            hint="a contract is never edited: restore it, or draft and publish another version",
        )


def _hint(folder: Path) -> str:
    """Name what lies where a contract was looked for."""
    for missing in (folder, folder.parent):
        parent = missing.parent
        valid = sorted(f.name for f in parent.glob("*") if f.is_dir()) if parent.is_dir() else []
        if valid:
            return f"{parent} holds {', '.join(valid)}{did_you_mean(missing.name, valid)}"
    return (
        "python -m research task=specify drafts one, python -m contracts task=publish publishes "
        "it; paths are relative to the working directory"
    )
