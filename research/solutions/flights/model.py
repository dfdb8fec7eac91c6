"""The fitted pipeline as a model; what it writes is its ONNX form, which `served` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from contracts.errors import StateError
from research.solutions.flights.convert import agree, convert
from research.solutions.flights.served import FILE, Served
from research.solutions.flights.values import texts, values

if TYPE_CHECKING:
    from pathlib import Path

    from sklearn.pipeline import Pipeline

    from contracts.ports import Floats


class FlightsModel:
    """A fitted pipeline: research works with this one, production with its ONNX form.

    Args:
        pipeline: Fitted to columns as in ``sample``.
        sample: Rows of the training data, on which the ONNX form is compared before it is written.

    Attributes:
        pipeline: As given, for who explores it.
    """

    def __init__(self, pipeline: Pipeline, sample: pa.Table) -> None:
        self.pipeline = pipeline
        self._sample = sample

    def predict(self, rows: pa.Table) -> Floats:
        """Return the probability of the outcome, (n, 1)."""
        found = self.pipeline.predict_proba(pd.DataFrame(values(rows)))
        return np.asarray(found[:, 1:], dtype=np.float64)

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the probability for one record, by a frame of one row."""
        row = pa.Table.from_pylist([msgspec.structs.asdict(record)], schema=self._sample.schema)
        return (float(self.predict(row)[0, 0]),)

    def write(self, folder: Path) -> None:
        """Write the ONNX form.

        Raises:
            ContractError: It answers differently from the pipeline on rows of the training data.
        """
        text = texts(self._sample)
        state = convert(self.pipeline, self._sample.column_names, text)
        agree(self.predict(self._sample), Served(state).predict(self._sample))
        (folder / FILE).write_bytes(state)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Refuse: a pipeline comes back only from a pickle, and none is written.

        Raises:
            StateError: Always.
        """
        raise StateError(
            f"{folder} holds the ONNX form, from which no pipeline comes back",
            hint="read it as research.solutions.flights.served.Served",
        )
