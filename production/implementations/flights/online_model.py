"""A logistic model that goes on learning: it predicts and resumes from its weights alone."""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
import numpy as np

from contracts.errors import StateError
from production.implementations.flights.online_features import FEATURES, OnlineFeatures

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats

FILE = "online.json"
#: Every row has as many features: so scaled, its squares add up to 1.
SCALE = 1 / sqrt(len(FEATURES))


class OnlineState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model has learned, as it is written.

    Attributes:
        format: The version of this struct.
        features: Where the weights stand.
        weights: One for each place.
        intercept: The log-odds without any feature.
        rate: The learning rate that it goes on with.
        penalty: The weight of the squares of the weights.
        seed: Of the order in which rows that arrive together are learned.
    """

    format: Literal[1] = 1
    features: OnlineFeatures
    weights: list[float]
    intercept: float
    rate: float
    penalty: float
    seed: int

    def __post_init__(self) -> None:
        if len(self.weights) != self.features.width:
            raise ValueError(f"expected {self.features.width} weights, got {len(self.weights)}")


class OnlineFlightsModel:
    """The probability that a flight arrives late, by the sum of its features' weights.

    Args:
        state: What it has learned.
    """

    def __init__(self, state: OnlineState) -> None:
        self.state = state
        self._weights = np.array(state.weights) * SCALE
        self._listed = self._weights.tolist()

    def predict(self, rows: pa.Table) -> Floats:
        """Return the probability for each of n rows, (n, 1)."""
        odds = self._weights[self.state.features.places(rows)].sum(axis=1) + self.state.intercept
        return np.asarray(1 / (1 + np.exp(-odds)))[:, None]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the probability for one record of the contract's type."""
        weights = self._listed
        odds = sum([weights[at] for at in self.state.features.of_record(record)])
        return (1 / (1 + exp(-odds - self.state.intercept)),)

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
            return cls(msgspec.json.decode((folder / FILE).read_bytes(), type=OnlineState))
        except (FileNotFoundError, msgspec.DecodeError) as error:
            raise StateError(f"{folder} holds no online model of flights: {error}") from error
