"""Writes the draft of a contract: what research hands over, checked before anyone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.contract import document, golden, load, provenance
from contracts.contract.digest import GOLDEN, INPUT, OUTPUT, TERMS, combine, files
from contracts.equivalence.registry import items
from contracts.errors import ContractError
from contracts.publication.specification.tenable import require_tenable
from contracts.schema import pandera as schema
from contracts.schema.record import unnamed

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.contract.golden import Golden
    from contracts.contract.provenance import Provenance
    from contracts.contract.terms import Terms
    from contracts.schema.columns import Columns


def write_draft(
    folder: Path,
    terms: Terms,
    *,
    inputs: Columns,
    outputs: Columns,
    recorded: Golden,
    origin: Provenance,
    header: str = "",
) -> Contract:
    """Write a contract's five files into a folder and return the contract as it reads back.

    Files of an earlier draft are replaced; others in the folder are left alone.

    Args:
        folder: Where the draft goes.
        terms: What the contract says.
        inputs: The columns of a row to predict.
        outputs: The columns of a prediction.
        recorded: The golden set.
        origin: Where the contract comes from; the files' digests are filled in.
        header: Lines that stand as comments on top of ``contract.yaml``.

    Raises:
        ConfigError: A metric is unknown, or serves another kind.
        ContractError: A clause is unknown, a metric's direction is not its own, a threshold is
            missed by research's own observation, a schema check does not survive the file, or an
            input column is called as Python can call nothing.
    """
    require_tenable(terms)
    _require_named(inputs)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TERMS).write_text(document.write(terms, header=header), "utf-8")
    schema.write(inputs, folder / INPUT)
    schema.write(outputs, folder / OUTPUT)
    golden.write(folder / GOLDEN, recorded)
    digests = files(folder)
    origin = msgspec.structs.replace(origin, files=digests, digest=combine(digests))
    provenance.write(folder, origin)
    made = load(folder)
    items(made)  # a clause in parts knows only from the whole contract whether it has them
    return made


def _require_named(columns: Columns) -> None:
    """Refuse input columns that a model could not read by name."""
    found = unnamed(columns)
    if found:
        raise ContractError(
            f"the input columns {found} have names that Python cannot give",
            hint="use letters, digits and _, no digit or __ first: a model reads record.<column>",
        )
