"""A fitted estimator as a model: research works with it, production with what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
import pyarrow as pa

from contracts.errors import StateError
from research.export.allowed import ALLOWED
from research.export.estimator import answers, chosen
from research.export.export import export
from research.export.sample import telling
from research.export.values import values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.ports import Floats


class Fitted:
    """An estimator fitted to a frame of columns as `values` makes them.

    Args:
        pipeline: The estimator, a pipeline most often.
        inputs: The rows it was fitted to, without the outcome: its exported form is compared on a
            few thousand of them.
        labels: The contract's labels in its order; the estimator's own order unless given.

    Attributes:
        pipeline: As given, for who explores it.
        labels: What its predictions are of, in their order; of numbers, nothing. Research holds
            them to the specification's.
        allowed: What its state may hold where ONNX cannot express it; see `Served.allowed`.
    """

    allowed: ClassVar[frozenset[str]] = ALLOWED

    def __init__(self, pipeline: Any, inputs: pa.Table, *, labels: Sequence[Any] = ()) -> None:
        self.pipeline = pipeline
        self._sample = telling(inputs)
        self.labels = (*labels,) or (*getattr(pipeline, "classes_", ()),)
        self._labels = labels
        self._columns = list(chosen(pipeline, labels))

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, k)."""
        return answers(self.pipeline, values(rows))[:, self._columns]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record, by a frame of one row."""
        row = pa.Table.from_pylist([msgspec.structs.asdict(record)], schema=self._sample.schema)
        return tuple(self.predict(row)[0].tolist())

    def write(self, folder: Path) -> None:
        """Write the form it is served in.

        Raises:
            ContractError: No form can hold it.
        """
        export(self.pipeline, self._sample, folder, labels=self._labels, allowed=self.allowed)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Refuse: what is written is there to be served, and is read as that.

        Raises:
            StateError: Always.
        """
        raise StateError(
            f"{folder} holds an exported form, from which nothing is fitted on",
            hint="read it as research.export.served.Served",
        )
