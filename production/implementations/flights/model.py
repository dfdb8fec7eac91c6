"""The trained state that production serves: an encoding and the graph of its trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec
from msgspec.structs import astuple

from contracts.errors import StateError
from production.implementations.flights.adopt import adopted
from production.implementations.flights.encoding import NAN, Encoding
from production.implementations.flights.runtime import Runtime

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats

ENCODING, TREES = "encoding.json", "trees.onnx"


class FlightsModel:
    """P(the flight arrives late).

    Args:
        encoding: From rows and records to the trees' matrix.
        trees: Their graph, serialized.
    """

    def __init__(self, encoding: Encoding, trees: bytes) -> None:
        self._encoding = encoding
        self._trees = trees
        self._runtime = Runtime(trees, columns=len(encoding.categories))
        self._codes = encoding.codes()

    def predict(self, rows: pa.Table) -> Floats:
        """Return the probability of the outcome, (n, 1)."""
        return self._runtime.many(self._encoding.matrix(rows))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the probability for one record of the contract's type."""
        return (
            self._runtime.one(
                [
                    codes.get(value, NAN) if codes is not None else NAN if value is None else value
                    for codes, value in zip(self._codes, astuple(record), strict=True)
                ]
            ),
        )

    def write(self, folder: Path) -> None:
        """Write the encoding as JSON and the trees as ONNX."""
        (folder / ENCODING).write_bytes(msgspec.json.encode(self._encoding))
        (folder / TREES).write_bytes(self._trees)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model written into a folder.

        Raises:
            StateError: A file is absent or is not what was written.
        """
        try:
            encoding = msgspec.json.decode((folder / ENCODING).read_bytes(), type=Encoding)
            return cls(encoding, (folder / TREES).read_bytes())
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise StateError(f"{folder} holds no model of flights: {error}") from error

    @classmethod
    def adopt(cls, folder: Path) -> Self:
        """Return the model that answers from the state research's solution exported.

        Raises:
            MissingExtraError: The extra ``[train]`` is not installed.
            StateError: No state of the form known here lies in the folder.
        """
        return cls(*adopted(folder))
