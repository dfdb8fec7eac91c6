"""A fitted estimator asked for its predictions, whatever kind it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.ports import Floats


def answers(estimator: Any, values: Mapping[str, Any]) -> Floats:
    """Return all an estimator answers to columns of values, (n, m).

    Probabilities, one a class, where it has them; else what it predicts.
    """
    frame = pd.DataFrame({name: np.ravel(column) for name, column in values.items()})
    if not len(frame):  # scikit-learn refuses none
        return np.empty((0, len(getattr(estimator, "classes_", "1"))))
    ask = getattr(estimator, "predict_proba", estimator.predict)
    return np.asarray(ask(frame), dtype=np.float64).reshape(len(frame), -1)


def chosen(estimator: Any, labels: Sequence[Any]) -> tuple[int, ...]:
    """Return which of an estimator's answers are predictions, in the contract's order.

    Two classes: the second's probability. More: one a label. No probabilities: the value itself.

    Args:
        estimator: Fitted.
        labels: The contract's labels in its order; the estimator's own order unless given.

    Raises:
        ContractError: The estimator was fitted to other classes than the labels.
    """
    if not hasattr(estimator, "predict_proba"):
        return (0,)
    classes = list(estimator.classes_)
    wanted = list(labels) or classes
    if sorted(map(str, wanted)) != sorted(map(str, classes)):
        raise ContractError(
            f"expected an estimator of the labels {wanted}, it was fitted to {classes}",
            hint="fit it on rows of every label, under the contract's names",
        )
    if len(wanted) == 2:
        return (classes.index(wanted[1]),)
    return tuple(classes.index(label) for label in wanted)
