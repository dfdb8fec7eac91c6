"""A fitted estimator as a model, and the choice of the form in which it is served.

Research works with the estimator itself, production with what is exported of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
import pyarrow as pa
import sklearn

from contracts.errors import ContractError, StateError
from research.export import forms
from research.export.allowed import ALLOWED
from research.export.arrays import arrays, kinds
from research.export.conversion import Comparison, compare, convert
from research.export.estimator import outputs, prediction_columns, prediction_labels
from research.export.forms import Form
from research.export.sample import cases, predict_together, sample_rows
from research.export.skops_state import dump, load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.ports import Floats
    from contracts.schema.columns import Columns
    from research.export.sample import Case


class Fitted:
    """An estimator fitted to a frame of columns as `arrays` makes them.

    Args:
        pipeline: The estimator, a pipeline most often.
        inputs: The rows it was fitted to, without the outcome: its exported form is compared on a
            few thousand of them.
        labels: The contract's labels in its order; empty for the estimator's own order.
        schema: The contract's columns: the exported form is compared on what they allow; None where
            anything of its kind may come in every column.

    Attributes:
        pipeline: The estimator, for whoever explores it.
        labels: The labels that its predictions are of, in their order; empty for numbers. They are
            compared with the contract's, of which they may lack some if there are more than two.
        allowed: What its state may hold where ONNX cannot express it; see `ExportedModel.allowed`.

    Raises:
        ContractError: The estimator was fitted to other classes than the labels.
    """

    allowed: ClassVar[frozenset[str]] = ALLOWED

    def __init__(
        self,
        pipeline: Any,
        inputs: pa.Table,
        *,
        labels: Sequence[Any] = (),
        schema: Columns | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.labels = prediction_labels(pipeline, labels)
        self._sample = sample_rows(inputs)
        self._labels, self._schema = labels, schema
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
        export(
            self.pipeline,
            self._sample,
            folder,
            labels=self._labels,
            schema=self._schema,
            allowed=self.allowed,
        )

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
    schema: Columns | None = None,
    allowed: frozenset[str] = ALLOWED,
) -> Form:
    """Write an estimator into a folder in the form it is served in, and return the form.

    ONNX if it can express the estimator exactly, and its graph gives the estimator's outputs on the
    sample and where forms break; else scikit-learn's own state through skops.

    Args:
        estimator: Fitted to a frame of columns as `arrays` makes them; it is not changed.
        sample: Rows of the training data, inputs only.
        folder: Where to write.
        labels: The contract's labels in its order; empty for the estimator's own order.
        schema: The contract's columns, within which all rows are drawn that forms are compared on;
            None where anything of its kind may come in every column.
        allowed: Types and functions that skops may read back besides those it trusts by itself.

    Raises:
        ContractError: Neither form can hold it, or it was fitted to other labels.
        MissingExtraError: The extra ``[research]`` is not installed.
    """
    inputs = kinds(sample)
    tried = cases(estimator, arrays(sample), inputs, schema)
    onnx = convert(estimator, inputs, tried)
    columns = prediction_columns(estimator, labels)
    predicted = prediction_labels(estimator, labels)
    if onnx.state is not None:
        form = Form(
            form="onnx",
            why=onnx.why,
            tried=onnx.comparison.tried,
            difference=onnx.comparison.difference,
            columns=columns,
            labels=predicted,
        )
        forms.write(folder, form, onnx.state)
        return form
    state, comparison = _skops_state(estimator, tried, allowed, onnx.why)
    form = Form(
        form="skops",
        why=f"{onnx.why}; as skops, {comparison.why}",
        tried=comparison.tried,
        difference=comparison.difference,
        columns=columns,
        labels=predicted,
        inputs={**inputs},
        scikit_learn=sklearn.__version__,
    )
    forms.write(folder, form, state)
    return form


def _skops_state(
    estimator: Any, tried: Sequence[Case], allowed: frozenset[str], onnx: str
) -> tuple[bytes, Comparison]:
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
    answers = predict_together(lambda columns: outputs(restored, columns), tried)
    comparison = compare(answers, estimator, tried)
    if comparison.fault:
        raise ContractError(
            f"{refused} what is read back gives other outputs",
            hint="see which transformer keeps state that its attributes do not hold",
        )
    return state, comparison
