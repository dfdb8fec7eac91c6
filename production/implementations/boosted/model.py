"""The trained state that production serves: what columns become, and the graph of the trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
from msgspec.structs import astuple

from contracts.errors import StateError
from production.implementations.boosted.adopt import adopted
from production.implementations.boosted.columns import codes, matrix, row
from production.implementations.boosted.state import BoostedState, linked, linked_one
from production.implementations.boosted.trees import EnsembleGraph

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats

STATE_FILE, TREES_FILE = "boosted.json", "trees.onnx"


class BoostedModel:
    """Boosted trees over the contract's inputs.

    Args:
        state: What it has learned besides its trees.
        trees: Their graph, serialized.
    """

    def __init__(self, state: BoostedState, trees: bytes) -> None:
        self.state, self._trees = state, trees
        self._baseline, self._codes = np.array(state.baseline), codes(state.texts)
        self._graph = EnsembleGraph(trees, columns=len(state.texts), outputs=len(state.baseline))

    @property
    def labels(self) -> tuple[bool | int | str, ...]:
        """The labels that its predictions are of, in their order; empty for a number."""
        return tuple(self.state.labels)

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for each of n rows, (n, k)."""
        sums = self._graph.many(matrix(rows, self.state.texts))
        return linked(sums + self._baseline, self.state.link)

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record of the contract's type."""
        sums = self._graph.one(row(astuple(record), self._codes))
        full = [a + b for a, b in zip(sums, self.state.baseline, strict=True)]
        return linked_one(full, self.state.link)

    def write(self, folder: Path) -> None:
        """Write the state as JSON and the trees as ONNX."""
        (folder / STATE_FILE).write_bytes(msgspec.json.encode(self.state))
        (folder / TREES_FILE).write_bytes(self._trees)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model written into a folder.

        Raises:
            StateError: A file is missing or is not what was written.
        """
        try:
            state = msgspec.json.decode((folder / STATE_FILE).read_bytes(), type=BoostedState)
            return cls(state, (folder / TREES_FILE).read_bytes())
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise StateError(f"{folder} holds no boosted trees: {error}") from error

    @classmethod
    def adopt(cls, folder: Path) -> Self:
        """Return the model that predicts from the state research's solution exported.

        Raises:
            MissingExtraError: The extra ``[train]`` is not installed.
            StateError: The folder holds no state that can be read here.
        """
        return cls(*adopted(folder))
