"""The record that a proof leaves behind: what was held to which contract, and what came of it.

Small, and apart from the evidence: who asks whether a contract is fulfilled reads this alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.equivalence.verdict import Status
from contracts.errors import StateError
from contracts.host.durable import write_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "proof.json"
#: The shape of the record that this code writes, and the newest it reads. Format 1 called
#: ``statuses`` ``outcomes``.
FORMAT = 2


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a contract's clauses concluded.

    Unknown fields are ignored: a later version may record more.

    Attributes:
        format: The shape of the record.
        product: The product.
        version: The contract's version.
        digest: The digest of the contract's normative part: a draft's own before it is published.
        liaison: Whose code was held to it: ``dual`` or ``joint``.
        candidate: What was proven, by its dotted name.
        code: The digest of its code and configuration; empty where that was not kept.
        reference: What it was compared with, by its dotted name; empty where none was present.
        summary: The conclusion in words.
        statuses: The status of each item by its name, in the contract's order.
        at: When it was concluded, ISO 8601.
        libraries: Versions of the libraries that took part.
    """

    format: int = FORMAT
    product: str
    version: str
    digest: str
    liaison: str
    candidate: str = ""
    code: str = ""
    reference: str = ""
    summary: str
    statuses: dict[str, Status]
    at: str
    libraries: dict[str, str] = {}

    @property
    def holds(self) -> bool:
        """Whether something was run, and nothing that was run failed."""
        return proven(self.statuses.values())

    @property
    def unrun(self) -> tuple[str, ...]:
        """The items that were not run: nothing is known of them."""
        return tuple(name for name, status in self.statuses.items() if status == "not_run")


def proven(statuses: Iterable[Status]) -> bool:
    """Return whether statuses prove something: one equivalent, none different or undecided.

    >>> proven(["equivalent", "not_run", "reported"]), proven(["reported"]), proven([])
    (True, False, False)
    """
    found = [*statuses]
    return "equivalent" in found and not {"different", "inconclusive"} & {*found}


def write(folder: Path, proof: Proof) -> Path:
    """Write a proof's record into a folder, whole or not at all, and return the file."""
    target = folder / FILE
    write_file(target, msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n")
    return target


def read(folder: Path) -> Proof | None:
    """Return the record in a folder; None where nothing was ever proven there.

    Raises:
        StateError: It is no such record, or one of a newer format.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    again = "python -m contracts task=prove writes it anew"
    try:
        format_ = msgspec.json.decode(content, type=_Format).format
        if format_ > FORMAT:
            raise StateError(
                f"{path}: a proof of format {format_}, this code reads up to {FORMAT}",
                hint=f"install a newer version, or {again}",
            )
        fields = msgspec.json.decode(content)
        if format_ == 1:
            fields |= {"format": FORMAT, "statuses": fields.pop("outcomes", None)}
        return msgspec.convert(fields, Proof)
    except msgspec.MsgspecError as error:
        raise StateError(f"{path}: no record of a proof: {error}", hint=again) from error


class _Format(msgspec.Struct):
    """The one field that every format has."""

    format: int
