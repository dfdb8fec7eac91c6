"""The pipeline's ONNX form as a model: what a joint lifecycle serves, without scikit-learn."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import onnxruntime as ort
from msgspec.structs import astuple

from contracts.errors import DataError, StateError
from research.solutions.flights.values import number, values

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    import pyarrow as pa

    from contracts.ports import Floats

FILE = "pipeline.onnx"
OUTPUT = "probabilities"


class Served:
    """An ONNX graph with an input a column, in the contract's order.

    The session is made at the first answer, in the process that answers.

    Args:
        state: The graph, serialized.
    """

    def __init__(self, state: bytes) -> None:
        self._state = state

    def predict(self, rows: pa.Table) -> Floats:
        """Return the probability of the outcome, (n, 1).

        Raises:
            DataError: The rows lack a column.
        """
        absent = [name for name in self._kinds if name not in rows.column_names]
        if absent:
            raise DataError(f"rows to predict lack the columns {absent}")
        columns = values(rows.select([*self._kinds]))
        return self._run({name: column.reshape(-1, 1) for name, column in columns.items()})

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the probability for one record of the contract's type."""
        feed: dict[str, npt.NDArray[Any]] = {
            name: np.array([[value if kind is object else number(value)]], kind)
            for (name, kind), value in zip(self._kinds.items(), astuple(record), strict=True)
        }
        return (float(self._run(feed)[0, 0]),)

    def write(self, folder: Path) -> None:
        """Write the graph."""
        (folder / FILE).write_bytes(self._state)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model written into a folder.

        Raises:
            StateError: There is none.
        """
        try:
            return cls((folder / FILE).read_bytes())
        except FileNotFoundError:
            raise StateError(f"there is no {FILE} in {folder}") from None

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return ort.InferenceSession(self._state, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _kinds(self) -> dict[str, type]:
        inputs = self._session.get_inputs()
        return {
            each.name: object if each.type == "tensor(string)" else np.float32 for each in inputs
        }

    def _run(self, feed: dict[str, npt.NDArray[Any]]) -> Floats:
        (found,) = self._session.run([OUTPUT], feed)
        return np.asarray(found[:, 1:], dtype=np.float64)
