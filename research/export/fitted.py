"""A fitted estimator as a model, and the choice of the form in which it is served.

Research works with the estimator itself, production with what is exported of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
import numpy as np
import pyarrow as pa
import sklearn

from contracts.errors import ContractError, StateError
from research.export import forms
from research.export.allowed import ALLOWED
from research.export.arrays import arrays, text_columns
from research.export.conversion import convert
from research.export.estimator import outputs, prediction_columns
from research.export.forms import Form
from research.export.sample import sample_rows
from research.export.skops_state import dump, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from contracts.ports import Floats
    from research.export.arrays import Array


class Fitted:
    """An estimator fitted to a frame of columns as `arrays` makes them.

    Args:
        pipeline: The estimator, a pipeline most often.
        inputs: The rows it was fitted to, without the outcome: its exported form is compared on a
            few thousand of them.
        labels: The contract's labels in its order; empty for the estimator's own order.

    Attributes:
        pipeline: The estimator, for whoever explores it.
        labels: The labels that its predictions are of, in their order; empty for numbers. Research
            compares them with the specification's.
        allowed: What its state may hold where ONNX cannot express it; see `ExportedModel.allowed`.

    Raises:
        ContractError: The estimator was fitted to other classes than the labels.
    """

    allowed: ClassVar[frozenset[str]] = ALLOWED

    def __init__(self, pipeline: Any, inputs: pa.Table, *, labels: Sequence[Any] = ()) -> None:
        self.pipeline = pipeline
        self.labels = (*labels,) or (*getattr(pipeline, "classes_", ()),)
        self._sample = sample_rows(inputs)
        self._labels = labels
        self._columns = list(prediction_columns(pipeline, labels))

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, k)."""
        return outputs(self.pipeline, arrays(rows))[:, self._columns]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record, through a frame of one row."""
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
        """Refuse: an exported form is read by `ExportedModel`.

        Raises:
            StateError: Always.
        """
        raise StateError(
            f"{folder} holds an exported form, which can be served but not fitted further",
            hint="read it as research.export.exported.ExportedModel",
        )


def export(
    estimator: Any,
    sample: pa.Table,
    folder: Path,
    *,
    labels: Sequence[Any] = (),
    allowed: frozenset[str] = ALLOWED,
) -> Form:
    """Write an estimator into a folder in the form it is served in, and return the form.

    ONNX if its graph gives the estimator's outputs on every row of the sample, also with texts
    unseen and values missing; else scikit-learn's own state through skops.

    Args:
        estimator: Fitted to a frame of columns as `arrays` makes them; it is not changed.
        sample: Rows of the training data, inputs only.
        folder: Where to write.
        labels: The contract's labels in its order; empty for the estimator's own order.
        allowed: Types and functions that skops may read back besides those it trusts by itself.

    Raises:
        ContractError: Neither form can hold it, or it was fitted to other labels.
        MissingExtraError: The extra ``[research]`` is not installed.
    """
    inputs = {name: name in text_columns(sample) for name in sample.column_names}
    columns = arrays(sample)
    onnx = convert(estimator, inputs, columns)
    form = Form(
        form="onnx",
        why=onnx.why,
        difference=onnx.difference,
        columns=prediction_columns(estimator, labels),
    )
    state = onnx.state
    if state is None:
        state = _skops_state(estimator, columns, allowed, onnx.why)
        form = msgspec.structs.replace(
            form, form="skops", inputs=inputs, scikit_learn=sklearn.__version__
        )
    forms.write(folder, form, state)
    return form


def _skops_state(
    estimator: Any, sample: Mapping[str, Array], allowed: frozenset[str], onnx: str
) -> bytes:
    """Return an estimator's own state, after it was read back and gave the same outputs.

    Raises:
        ContractError: skops cannot hold it; the message says why ONNX could not either.
    """
    refused = f"the model can be served in no form. ONNX: {onnx}. skops:"
    try:
        state = dump(estimator, allowed)
        restored = load(state, allowed)
    except (ContractError, StateError) as error:
        raise ContractError(f"{refused} {error.message}", hint=error.hint) from error
    if not np.array_equal(outputs(restored, sample), outputs(estimator, sample)):
        raise ContractError(
            f"{refused} what is read back gives other outputs",
            hint="see which transformer keeps state that its attributes do not hold",
        )
    return state
