"""What a generation says it is of, in a file beside its model: read before anything else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IntegrityError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
FILE = "generation.json"


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The one field that every format has: read first, since a newer one may hold others too."""

    format: int = FORMAT


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a generation is of.

    Attributes:
        format: The shape of the folder.
        product: The product.
        contract: The version of the contract it fulfils.
        inputs: The input columns, in order.
        k: The width of a prediction.
    """

    format: int = FORMAT
    product: str
    contract: str
    inputs: tuple[str, ...]
    k: int


def describe(folder: Path) -> Description:
    """Return what a generation's folder says it is of.

    Raises:
        IntegrityError: It was written by a newer format, or is none.
    """
    try:
        content = (folder / FILE).read_bytes()
        _check_format(folder, msgspec.json.decode(content, type=Stamp).format)
        return msgspec.json.decode(content, type=Description)
    except (OSError, msgspec.DecodeError) as error:
        raise IntegrityError(f"{folder.name}: no generation: {error}") from error


def _check_format(folder: Path, found: int) -> None:
    if found > FORMAT:
        raise IntegrityError(
            f"{folder.name}: format {found} is newer than this code's {FORMAT}",
            hint="upgrade liaison-lifecycle before serving it",
        )
