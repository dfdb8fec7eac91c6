"""Writes the draft of a contract: everything research hands over, checked before it is written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.contract import card as figures
from contracts.contract import document, golden, load, provenance
from contracts.contract.digest import GOLDEN, INPUT, OUTPUT, TERMS
from contracts.equivalence.registry import items
from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.publication.card import write_document
from contracts.publication.specification import check_inputs, check_terms
from contracts.schema.pandera import write

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.card import Card
    from contracts.contract.golden import Golden
    from contracts.contract.provenance import Provenance
    from contracts.contract.terms import Specification


def write_draft(
    folder: Path,
    measured: Specification,
    *,
    recorded: Golden,
    origin: Provenance,
    card: Card | None = None,
    header: str = "",
) -> Contract:
    """Write a contract and its model card into a folder and return the contract read back.

    Files of an earlier draft are replaced once the whole draft is checked; others in the folder are
    left alone.

    Args:
        folder: The draft's folder.
        measured: The terms and schemas, with observed figures and values for all parameters.
        recorded: The golden set.
        origin: What the contract is made from; the files' digests are filled in.
        card: The figures of the model card; its digest is filled in.
        header: Lines that become comments on top of ``contract.yaml``.

    Raises:
        ConfigError: A metric is unknown, or serves another kind.
        ContractError: `check_terms` refuses a clause or metric, a value was not measured, a schema
            check cannot be stored, or an input column's name is not a Python name.
        StateError: The folder has files that are not ours, or the disk failed.
    """
    check_terms(measured)
    check_inputs(measured.input_columns)
    claim(folder)
    with TemporaryDirectory(prefix="draft-") as temporary:
        room = Path(temporary)
        (room / TERMS).write_text(document.write(measured, header=header), "utf-8")
        write(measured.input_columns, room / INPUT)
        write(measured.output_columns, room / OUTPUT)
        golden.write(room / GOLDEN, recorded)
        provenance.write(room, provenance.with_digests(origin, room))
        _describe(room, card)
        items(load(room))  # only the whole contract shows whether its rows have a clause's segments
        for path in sorted(room.iterdir()):
            write_file(folder / path.name, path.read_bytes())
    return load(folder)


def _describe(room: Path, card: Card | None) -> None:
    """Write the model card of the contract in a room: its figures, and the document."""
    if card is not None:
        figures.write(room, replace(card, digest=provenance.read(room).digest))
        write_document(room)
