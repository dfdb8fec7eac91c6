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

    A model is not asked for the predictions of no rows: not every estimator, nor every graph, can.

    Raises:
        DataError: They are not, or the model names labels that are not the target's.
    """
    if not rows.num_rows:
        return np.empty((0, target.k))
    return check_predictions(model.predict(rows), rows, target, model=model)


def check_predictions(
    predictions: Any, rows: pa.Table, target: Predicted, *, model: Model | None = None
) -> Floats:
    """Return predictions in the target's columns, if they are float64 of shape (n, k) and finite.

    Args:
        predictions: What a model or a baseline returned.
        rows: The n rows that it predicted: those without a number are shown.
        target: What is predicted, with k columns.
        model: The model, which may name its labels: see `places`.

    Raises:
        DataError: They are not, or the model names labels that are not the target's.
    """
    return _checked(placed(predictions, places(model, target), target), rows, target)


def check_answers(
    answers: Sequence[Any], rows: pa.Table, target: Predicted, *, model: Model | None = None
) -> Floats:
    """Return what a model answered to n records, one at a time, as predictions of shape (n, k).

    Args:
        answers: What a model's ``one`` returned for each record.
        rows: The n records as rows.
        target: What is predicted, with k numbers for a record.
        model: The model, which may name its labels: see `places`.

    Raises:
        DataError: An answer is not k numbers, or one of them is not finite; or the model names
            labels that are not the target's.
    """
    for answer in answers:
        if not _is_numbers(answer):
            raise DataError(f"expected a tuple of numbers for a record, got {shortened(answer)}")
    at = places(model, target)
    answers = [placed_one(answer, at, target) for answer in answers]
    for answer in answers:
        if len(answer) != target.k:
            raise DataError(f"expected {target.k} figures for a record, got {len(answer)}")
    return _checked(np.array(answers, np.float64).reshape(-1, target.k), rows, target)


def places(model: Model | None, target: Predicted) -> list[int] | None:
    """Return the target's column of each column that a model predicts, None where all are the same.

    A multiclass model that was fitted to fewer labels than the target has lacks the columns of the
    others. Names of which none is a label of the target are an encoding of the model's own.

    Raises:
        DataError: It names other labels than the target; or, not being multiclass, in another
            order.
    """
    expected = [*map(str, target.labels)]
    named = [*map(str, getattr(model, "labels", ()))]
    if named == expected or not {*named} & {*expected}:
        return None
    if target.kind == "multiclass" and {*named} <= {*expected}:
        return [expected.index(label) for label in named]
    raise DataError(
        f"expected the labels {', '.join(expected)}, got {', '.join(named)}",
        hint="let it predict them in this order: Fitted takes it as labels="
        if sorted(named) == sorted(expected)
        else "fit it to rows of these labels and of no other",
    )


def placed(predictions: Any, at: list[int] | None, target: Predicted) -> Any:
    """Return a model's predictions with each column at its place; others, and other forms, as is.

    Args:
        predictions: What a model returned.
        at: The place of each column, as `places` returns them.
        target: What is predicted.

    >>> from types import SimpleNamespace
    >>> placed(np.array([[0.25, 0.75]]), [2, 0], SimpleNamespace(k=3)).tolist()
    [[0.75, 0.0, 0.25]]
    """
    if at is None or getattr(predictions, "ndim", 0) != 2:
        return predictions
    if predictions.shape[1] == 1 and len(at) == 2:  # of two classes the second one's probability
        predictions = np.hstack([1 - predictions, predictions])
    if predictions.shape[1] != len(at):
        return predictions
    columns = np.zeros((len(predictions), target.k), predictions.dtype)
    columns[:, at] = predictions
    return columns


def placed_one(
    answer: Sequence[float], at: list[int] | None, target: Predicted
) -> tuple[float, ...]:
    """Return a model's answer to one record with each number at its place: see `placed`."""
    return (*answer,) if at is None else (*placed(np.array([answer]), at, target)[0].tolist(),)


def _checked(predictions: Any, rows: pa.Table, target: Predicted) -> Floats:
    """Return predictions as they are, if they are float64 of shape (n, k) and finite.

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
