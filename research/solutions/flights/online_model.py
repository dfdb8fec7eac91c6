"""The online solution's model: weights that predict, and that the solution goes on from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
from scipy.special import expit

from contracts.errors import StateError
from research.export.arrays import selected_arrays
from research.solutions.flights.online_features import COLUMNS, one_hot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats
    from research.export.arrays import Array
    from research.solutions.flights.online_features import Texts

FILE = "online.json"


class OnlineFlights:
    """The fitted regression, as it predicts, is written, and goes on learning.

    Args:
        weights: One for each column, the intercept last.
        texts: The texts of each text column.
        given: Its parameters and its seed.
    """

    def __init__(self, weights: Floats, texts: Texts, given: Mapping[str, Any]) -> None:
        self.weights, self.texts, self.given = weights, texts, given

    def predict(self, rows: pa.Table) -> Floats:
        """Return the probability of being late for each of n rows, (n, 1).

        Raises:
            DataError: The rows lack a column.
        """
        return self._predicted(selected_arrays(rows, (*self.texts, *COLUMNS)))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the probability for one record."""
        values = msgspec.structs.asdict(record).items()
        columns = {
            name: np.array([value], object if name in self.texts else np.float64)
            for name, value in values
        }
        return (float(self._predicted(columns)[0, 0]),)

    def write(self, folder: Path) -> None:
        """Write the weights as JSON, which holds every bit of them."""
        state = {"weights": self.weights.tolist(), "texts": {**self.texts}, "given": {**self.given}}
        (folder / FILE).write_text(json.dumps(state))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model written into a folder.

        Raises:
            StateError: The file is missing or is not what was written.
        """
        try:
            state = json.loads((folder / FILE).read_text())
            weights = np.array(state["weights"], np.float64)
            return cls(weights, state["texts"], state["given"])
        except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
            raise StateError(f"{folder} holds no online model of flights: {error}") from error

    def _predicted(self, columns: Mapping[str, Array]) -> Floats:
        odds = one_hot(columns, self.texts) @ self.weights[:-1] + self.weights[-1]
        return np.asarray(expit(odds), np.float64)[:, None]
