"""A linear model: what it holds, and how it predicts from that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
import numpy as np
from msgspec.structs import astuple

from contracts.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats

FILE = "linear.json"


class LinearState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model has learned, as it is written.

    Attributes:
        format: The version of this struct.
        columns: The inputs, in their order.
        weights: For each column one weight for each score.
        intercepts: Of each score.
        labels: Whose scores they are; none for a number.
    """

    format: Literal[1] = 1
    columns: list[str]
    weights: list[list[float]]
    intercepts: list[float]
    labels: list[str] = []

    def __post_init__(self) -> None:
        width = len(self.intercepts)
        if len(self.weights) != len(self.columns) or any(
            len(each) != width for each in self.weights
        ):
            raise ValueError(f"expected {width} weights for each of {len(self.columns)} columns")


class LinearModel:
    """A weighted sum of numbers; of several labels the probability of each.

    Args:
        state: What it has learned.
    """

    def __init__(self, state: LinearState) -> None:
        self.state = state
        self._weights, self._intercepts = np.array(state.weights), np.array(state.intercepts)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that its predictions are of, in their order; empty for a number."""
        return tuple(self.state.labels)

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for each of n rows, (n, k)."""
        return self._predicted(matrix(rows, self.state.columns))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record of the contract's type."""
        return tuple(self._predicted(np.array([astuple(record)], np.float64))[0].tolist())

    def _predicted(self, values: Floats) -> Floats:
        # Summed row by row: a product of matrices depends on how many rows there are.
        scores = (values[:, :, None] * self._weights).sum(axis=1) + self._intercepts
        return softmax(scores) if self.state.labels else scores

    def write(self, folder: Path) -> None:
        """Write the state as JSON, which holds every bit of it."""
        (folder / FILE).write_bytes(msgspec.json.encode(self.state))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model written into a folder.

        Raises:
            StateError: The file is missing or is not what was written.
        """
        try:
            return cls(msgspec.json.decode((folder / FILE).read_bytes(), type=LinearState))
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise StateError(f"{folder} holds no linear model: {error}") from error


def matrix(rows: pa.Table, columns: list[str]) -> Floats:
    """Return columns of numbers side by side, (n, m)."""
    return np.column_stack([rows[name].to_numpy().astype(np.float64) for name in columns])


def softmax(scores: Floats) -> Floats:
    """Return the probabilities of scores, (n, k)."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
