"""What a generation states about itself, and whether that is compatible with a contract.

The description lies in a file beside the model and is read before anything else of the artifact.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IncompatibleError, IntegrityError
from contracts.name import Name
from contracts.version import compatibility

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.ports import Model

#: Since 2 the class that reads the model is named.
FORMAT = 2
FILE = "generation.json"
#: The largest description that is read, in bytes: enough for some thousand input columns.
LARGEST = 2**20


class Candidate(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A generation as manifests and agents refer to it.

    Attributes:
        release: The release.
        generation: Its number within the release.
        artifact: The digest of its artifact.
        contract: The version of the contract that it fulfils; empty in older documents, where only
            the artifact states it.
    """

    release: Name
    generation: int
    artifact: str
    contract: str = ""

    @property
    def name(self) -> str:
        """Release and number, such as ``1.0.0/3``."""
        return f"{self.release}/{self.generation}"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The format number of a stored document: the one field that every format has.

    It is read first, because a newer format may have fields that this code does not know.
    """

    format: int = 1


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a generation was trained for.

    Attributes:
        format: The format of the generation's folder.
        product: The product.
        contract: The version of the contract it fulfils.
        inputs: The input columns, in the model's order.
        k: The number of columns of a prediction.
        reader: The class that reads its model; empty in artifacts of format 1.
    """

    format: int = FORMAT
    product: Name
    contract: str
    inputs: tuple[str, ...]
    k: int
    reader: str = ""

    def __post_init__(self) -> None:
        if len({*self.inputs}) < len(self.inputs) or self.k < 1:
            raise ValueError("expected distinct inputs and one or more columns of a prediction")


def describe(folder: Path, *, name: str | None = None) -> Description:
    """Read the description from a generation's folder.

    Args:
        folder: The folder.
        name: What messages call the generation; the folder's name if not given.

    Raises:
        IncompatibleError: It is of a newer format.
        IntegrityError: It is missing, malformed or too large.
    """
    name = name or folder.name
    try:
        with (folder / FILE).open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise IntegrityError(f"{name}: {FILE} is larger than {LARGEST} bytes")
        _check_format(name, msgspec.json.decode(content, type=Stamp).format)
        return msgspec.json.decode(content, type=Description)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise IntegrityError(f"{name}: not a generation: {error}") from error


def check_compatible(name: str, description: Description, contract: Contract) -> None:
    """Check that a generation may serve where a contract is deployed.

    An older minor version is allowed, so that one can roll back. It has the same input columns,
    because adding or removing one takes a major version; their order may differ.

    Args:
        name: What messages call the generation.
        description: The generation's description.
        contract: The contract that is deployed.

    Raises:
        IncompatibleError: The generation is of another product or another major version of the
            contract, takes other input columns, or predicts another number of columns.
        ContractError: The description's version is malformed.
    """
    if description.product != contract.product:
        raise IncompatibleError(
            f"{name}: a generation of {description.product}, expected one of {contract.product}",
            hint=f"promote a generation of {contract.product}",
        )
    check_major(name, description.contract, contract.version)
    differences = _differences(description, contract)
    if differences:
        raise IncompatibleError(
            f"{name}: states that it fulfils {description.contract}, deployment serves "
            f"{contract.product} {contract.version}: it {'; '.join(differences)}",
            hint=f"train a generation of {contract.version}",
        )


def reader_name(kind: type[Model]) -> str:
    """Return what a description calls the class that reads a model."""
    return f"{kind.__module__}.{kind.__qualname__}"


@contextmanager
def read_by(kind: type[Model], description: Description, *, name: str) -> Iterator[None]:
    """Say of a generation that fails to load that it is another class's, if it is.

    Under `liaison=joint` another class reads generations than under `liaison=dual`: what one cannot
    read is whole for the other.

    Args:
        kind: The class that reads it here.
        description: The generation's description.
        name: What messages call the generation.

    Raises:
        IncompatibleError: It fails to load, and was written for another class.
    """
    try:
        yield
    except IntegrityError as error:
        if description.reader in {"", reader_name(kind)}:
            raise
        raise IncompatibleError(
            f"{name}: was written for {description.reader}, and {reader_name(kind)} cannot read "
            f"it: {error.message}",
            hint="name the lifecycle that it was trained under, such as lifecycle=adaptive, or "
            "train another generation under this one",
        ) from error


def check_major(name: str, fulfilled: str, deployed: str) -> None:
    """Check that two versions of a contract have the same major version.

    Raises:
        IncompatibleError: The major versions differ.
        ContractError: One of the versions is malformed.
    """
    if compatibility(fulfilled, deployed) == "other":
        raise IncompatibleError(
            f"{name}: fulfils contract {fulfilled}, deployment serves {deployed}: another major "
            "version is incompatible",
            hint=f"deploy it as a product of its own, or train a generation of {deployed}",
        )


def _check_format(name: str, number: int) -> None:
    if number > FORMAT:
        raise IncompatibleError(
            f"{name}: format {number} is newer than this code's {FORMAT}",
            hint="upgrade liaison-lifecycle before serving it",
        )


def _differences(description: Description, contract: Contract) -> list[str]:
    """Return how a generation's columns differ from its contract's, one phrase each."""
    given, taken = {*contract.inputs}, {*description.inputs}
    differences = [
        *(f"takes {name}, which the contract does not give" for name in sorted(taken - given)),
        *(f"does not take {name}" for name in sorted(given - taken)),
    ]
    if description.k != contract.k:
        differences.append(f"predicts {description.k} columns, expected {contract.k}")
    return differences
