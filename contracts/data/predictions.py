"""A model's predictions, checked against what every model must return before they are used."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from reprlib import repr as shortened
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.kind import Predicted
    from contracts.ports import Floats, Model

#: How many rows without a number an error shows.
SHOWN = 5


def predict(model: Model, rows: pa.Table, target: Predicted) -> Floats:
    """Return a model's predictions for n rows: float64 of shape (n, k), finite.

    Raises:
        DataError: They are not, or the model names other labels than the target, or in another
            order.
    """
    check_labels(model, target)
    return check_predictions(model.predict(rows), rows, target)


def check_predictions(predictions: Any, rows: pa.Table, target: Predicted) -> Floats:
    """Return predictions as they are, if they are float64 of shape (n, k) and finite.

    Args:
        predictions: What a model returned.
        rows: The n rows that it predicted: those without a number are shown.
        target: What is predicted, with k columns.

    Raises:
        DataError: They are not.
    """
    expected = f"float64 {(rows.num_rows, target.k)}"
    kind, shape = (getattr(predictions, name, "") for name in ("dtype", "shape"))
    returned = f"{kind or type(predictions).__name__} {shape}".rstrip()
    if returned != expected:
        raise DataError(f"expected {expected}, got {returned}", hint=_columns_of(target))
    wrong = np.flatnonzero(~np.isfinite(predictions).all(axis=1))
    if len(wrong):
        inputs = rows.take(wrong[:SHOWN]).to_pylist()
        raise DataError(
            f"expected finite numbers, got others in {len(wrong):,} of {rows.num_rows:,} rows",
            details=[
                f"{predictions[at].tolist()} for {row}"
                for at, row in zip(wrong, inputs, strict=False)
            ],
        )
    checked: Floats = predictions
    return checked


def check_answers(answers: Sequence[Any], rows: pa.Table, target: Predicted) -> Floats:
    """Return what a model answered to n records, one at a time, as predictions of shape (n, k).

    Args:
        answers: What the model's ``one`` returned for each record.
        rows: The n records as rows.
        target: What is predicted, with k numbers for a record.

    Raises:
        DataError: An answer is not k numbers, or one of them is not finite.
    """
    for answer in answers:
        if not _is_numbers(answer):
            raise DataError(f"expected a tuple of numbers for a record, got {shortened(answer)}")
        if len(answer) != target.k:
            raise DataError(f"expected {target.k} figures for a record, got {len(answer)}")
    predictions = np.array(answers, np.float64).reshape(-1, target.k)
    return check_predictions(predictions, rows, target)


def check_labels(model: Model, target: Predicted) -> None:
    """Check that a model which names its labels predicts the target's, in their order.

    Names of which none is a label of the target are an encoding of the model's own, and pass.

    Raises:
        DataError: It names others, or in another order.
    """
    expected = [*map(str, target.labels)]
    named = [*map(str, getattr(model, "labels", ()))]
    if named != expected and {*named} & {*expected}:
        same = sorted(named) == sorted(expected)
        raise DataError(
            f"expected the labels {', '.join(expected)}, got {', '.join(named)}",
            hint="let it predict them in this order: Fitted takes it as labels="
            if same
            else "fit it to rows of each of these labels and of no other, of a longer window maybe",
        )


def _is_numbers(answer: Any) -> bool:
    """Return whether an answer is a row of numbers: numpy would read text as numbers, too."""
    row = answer.ndim == 1 if isinstance(answer, np.ndarray) else isinstance(answer, Sequence)
    return row and all(isinstance(number, Real) for number in answer)


def _columns_of(target: Predicted) -> str:
    """Return in words what a prediction consists of."""
    if target.kind == "multiclass":
        labels = ", ".join(map(str, target.labels))
        return f"predict a probability for each of {labels}, whichever it was fitted to"
    what = f"the probability of {target.labels[1]}" if target.kind == "binary" else "the value"
    return f"predict {what}, in the one column of a table"
