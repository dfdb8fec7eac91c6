"""A record on which the two sides once parted, kept beside the golden set to be replayed.

Counterexamples are no part of what a contract promises: they stand outside its digest. A later
version of the same major replays those whose records it accepts.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.contract.terms import Pair
from contracts.errors import StateError
from contracts.host.durable import write_file

if TYPE_CHECKING:
    from pathlib import Path

#: The k figures that a side predicts, or why it does not.
Answer = list[float] | str


class Counterexample(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, by whom it can be found again.

    Unknown fields are ignored: a later version may tell more.

    Attributes:
        format: The shape of the file.
        product: The product.
        contract: The digest of the contract's normative part.
        pair: What was compared.
        record: The input, in JSON's types.
        expected: What the reference predicted.
        predicted: What the candidate predicted, by the way it was asked.
        absolute: The tolerance that was exceeded, in the prediction's unit.
        relative: The same, as a share of what was expected.
        libraries: The versions of the libraries that took part.
    """

    format: Literal[1] = 1
    product: str
    contract: str
    pair: Pair
    record: dict[str, Any]
    expected: Answer
    predicted: dict[str, Answer]
    absolute: float
    relative: float
    libraries: dict[str, str]

    @property
    def file(self) -> str:
        """The name of its file: one record, one file."""
        said = msgspec.json.encode(self.record, order="deterministic")
        return f"{hashlib.sha256(said).hexdigest()[:12]}.json"


def keep(folder: Path, found: Counterexample) -> Path | None:
    """Write a counterexample, whole or not at all; None where the folder takes none."""
    path = folder / found.file
    try:
        write_file(path, msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    except StateError:
        return None
    return path


def kept(*folders: Path) -> dict[Path, Counterexample]:
    """Return the counterexamples of some folders by their files; a record that several have, once.

    Raises:
        StateError: A file is not as `keep` writes it.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            files.setdefault(path.name, path)
    return {path: _read(path) for path in files.values()}


def _read(path: Path) -> Counterexample:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Counterexample)
    except msgspec.MsgspecError as error:
        raise StateError(
            f"{path}: no counterexample as this framework writes it: {error}",
            hint="restore the file, or remove it to forget what it showed",
        ) from error
