"""A contract read from its folder: verified against its digest, with compiled schemas.

Loading needs neither pandas nor pandera nor scikit-learn: serving loads contracts too.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - a struct's annotations are read
from reprlib import repr as short

import msgspec

from contracts.contract import document, provenance
from contracts.contract.digest import INPUT, OUTPUT, TERMS
from contracts.contract.provenance import Provenance  # noqa: TC001 - the same
from contracts.contract.terms import Specification
from contracts.errors import ContractError, did_you_mean
from contracts.host.plain_yaml import read_text
from contracts.schema.stored import columns

#: What makes a contract where there is none.
DRAFTED = (
    "python -m research task=specify drafts one, python -m contracts task=publish publishes it"
)


class Contract(Specification, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a contract, everything in it decided and measured.

    Attributes:
        folder: The folder it was read from.
        digest: The digest of its normative files.
        provenance: What it was made from.
    """

    folder: Path
    digest: str
    provenance: Provenance


def load(folder: Path) -> Contract:
    """Return the contract in a folder, draft or published.

    Raises:
        ContractError: There is no contract, or not one this code can read.
        IntegrityError: A normative file changed since it was written.
    """
    if not folder.is_dir():
        raise ContractError(f"{folder}: no contract there", hint=nearby(folder))
    origin = provenance.read(folder)
    provenance.verify(origin, folder)
    terms = document.read(read_text(folder / TERMS), name=str(folder / TERMS))
    contract = Contract(
        **msgspec.structs.asdict(terms),
        folder=folder,
        digest=origin.digest,
        input_columns=columns(folder / INPUT),
        output_columns=columns(folder / OUTPUT),
        provenance=origin,
    )
    if len(contract.outputs) != contract.k:
        raise ContractError(
            f"{folder / OUTPUT}: expected {contract.k} columns for {contract.kind}, "
            f"got {len(contract.outputs)}: {short(contract.outputs)}"
        )
    for column in contract.output_columns:
        if column.kind != "float" or column.nullable:
            raise ContractError(
                f"{folder / OUTPUT}: column {column.name!r}: expected a number that is never null"
            )
    return contract


def nearby(folder: Path) -> str:
    """Return a hint that names what there is near a folder without a contract."""
    for missing in (folder, folder.parent):
        parent = missing.parent
        valid = sorted(f.name for f in parent.glob("*") if f.is_dir()) if parent.is_dir() else []
        if valid:
            near = f"{parent} holds {', '.join(valid)}{did_you_mean(missing.name, valid)}"
            return near if missing is folder else f"{near}; {DRAFTED}"
    return f"{DRAFTED}; paths are relative to the working directory"
