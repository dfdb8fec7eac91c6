"""What is asked of a fitted scikit-learn estimator: its outputs, and the objects inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.ports import Floats


def outputs(estimator: Any, columns: Mapping[str, Any]) -> Floats:
    """Return everything an estimator predicts for columns of n values, (n, m).

    Probabilities, one a class, where it has them; else what it predicts.
    """
    frame = pd.DataFrame({name: np.ravel(column) for name, column in columns.items()})
    if not len(frame):  # scikit-learn refuses a frame without rows
        return np.empty((0, len(getattr(estimator, "classes_", "1"))))
    predict = getattr(estimator, "predict_proba", estimator.predict)
    return np.asarray(predict(frame), dtype=np.float64).reshape(len(frame), -1)


def prediction_columns(estimator: Any, labels: Sequence[Any]) -> tuple[int, ...]:
    """Return which columns of an estimator's outputs are predictions, in the contract's order.

    Two labels: the second one's probability. More labels: one for each that the estimator was
    fitted to, see `prediction_labels`. No probabilities: the value itself.

    Args:
        estimator: Fitted.
        labels: The contract's labels in its order; empty for the estimator's own order.

    Raises:
        ContractError: The estimator was fitted to other classes than the labels, or not to both of
            two.
    """
    if not hasattr(estimator, "predict_proba"):
        return (0,)
    classes = list(estimator.classes_)
    ordered = list(labels) or classes
    if not {*map(str, classes)} <= {*map(str, ordered)} or len(classes) < len(ordered) == 2:
        raise ContractError(
            f"expected an estimator of the labels {ordered}, it was fitted to {classes}",
            hint="fit it on rows of these labels, under the contract's names",
        )
    if len(ordered) == 2:
        return (classes.index(ordered[1]),)
    return tuple(classes.index(label) for label in ordered if label in classes)


def prediction_labels(estimator: Any, labels: Sequence[Any]) -> tuple[Any, ...]:
    """Return the labels that an estimator predicts, in the contract's order; none for numbers.

    Of more than two labels those that it was not fitted to are missing: production and research add
    their columns, see `contracts.data.predictions`.

    Args:
        estimator: Fitted.
        labels: The contract's labels in its order; empty for the estimator's own order.
    """
    classes = np.asarray(getattr(estimator, "classes_", ())).tolist()
    return tuple(label for label in labels if label in classes) if labels else tuple(classes)


def nested_objects(estimator: Any) -> Iterator[Any]:
    """Yield an estimator and every object inside it, once each, at any depth.

    A pipeline's steps, an ensemble's members, a tree's nodes; numbers, arrays and built-in types
    are searched but not yielded.
    """
    yield from _nested(estimator, set())


def _nested(value: Any, seen: set[int]) -> Iterator[Any]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if not isinstance(value, type) and not _is_data(value):
        yield value
    for child in _children(value):
        yield from _nested(child, seen)


def _is_data(value: Any) -> bool:
    numeric = isinstance(value, np.ndarray | np.generic | np.dtype | np.ufunc)
    return numeric or type(value).__module__ == "builtins"


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.values()]
    if isinstance(value, list | tuple | set):
        return [*value]
    if isinstance(value, np.ndarray):
        # asarray drops a mask, which would hide objects here that compiled code still reads.
        return [*np.asarray(value).flat] if value.dtype == object else []
    if isinstance(value, type) or _is_data(value):
        return []
    return [*getattr(value, "__dict__", {}).values()]
