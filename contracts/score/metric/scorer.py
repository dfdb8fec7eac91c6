"""A function of outcomes and predictions, made of a scorer of `sklearn.metrics`.

A scorer asks an estimator for what it scores. It is given one that has its answers already.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction

REGRESSION = "regression"


class Regressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Returns the predictions that it is given as rows."""

    def predict(self, X: Floats) -> Floats:  # noqa: N803 - scikit-learn's name
        """Return the predictions."""
        return X


class Classifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Returns the probabilities that it is given as rows, or the likeliest label's index."""

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.classes_ = np.arange(labels, dtype=np.float64)

    def predict_proba(self, X: Floats) -> Floats:  # noqa: N803
        """Return the probabilities."""
        return X

    def predict(self, X: Floats) -> Floats:  # noqa: N803
        """Return the indices."""
        return np.asarray(X.argmax(axis=1), np.float64)


class _Asked(Exception):  # noqa: N818 - no error: it ends a call that need not go on
    """A scorer asked an estimator for something that there is."""


class _AskedRegressor(Regressor):
    def predict(self, X: Floats) -> NoReturn:  # noqa: ARG002, N803
        raise _Asked


class _AskedClassifier(Classifier):
    predict = predict_proba = _AskedRegressor.predict


def function_of(
    scorer: Callable[..., float], name: str, direction: Direction, kinds: Collection[Kind]
) -> Callable[[Floats, Floats], float]:
    """Return the function of outcomes and predictions that a scorer stands for.

    Args:
        scorer: It is called ``scorer(estimator, X, y)``; of its scores more is better.
        name: What messages call the metric.
        direction: Where ``lower`` is better, the function returns the score with the other sign:
            the loss itself.
        kinds: The kinds of product it is to score.

    Raises:
        ConfigError: The kinds are not all of labels or all of numbers, or the scorer asks for what
            predictions of them do not have, such as a ``decision_function``.
    """
    regression = REGRESSION in kinds
    if regression and len(kinds) > 1:
        raise ConfigError(
            f"the metric {name!r}: a scorer scores either numbers or labels, not {sorted(kinds)}",
            hint="make two metrics, one of them for regression alone",
        )
    asked, rows = _AskedRegressor() if regression else _AskedClassifier(2), np.eye(2)
    try:
        scorer(asked, rows[:, 1] if regression else rows, rows[1])
    except _Asked:
        pass
    except Exception as error:
        raise ConfigError(
            f"the metric {name!r}: {scorer} cannot score predictions: {error}",
            hint="there are numbers, or the labels 0, 1, … and their probabilities: "
            "make_scorer(…, response_method='predict_proba'), or 'predict' for decided labels",
        ) from error
    return partial(_score, scorer, 1.0 if direction == "higher" else -1.0, regression)


def _score(scorer: Any, sign: float, regression: bool, y: Floats, p: Floats) -> float:  # noqa: FBT001
    """Return a scorer's score of n outcomes and predictions, of shape (n,) or (n, labels)."""
    if regression:
        return sign * float(scorer(Regressor(), p, y))
    shares = np.column_stack([1 - p, p]) if p.ndim == 1 else p
    return sign * float(scorer(Classifier(shares.shape[1]), shares, y))
