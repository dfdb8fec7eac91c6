"""A metric made of a function of outcomes and predictions, or of a scorer, of `sklearn.metrics`."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from contracts.errors import ConfigError
from contracts.score.metric.port import classes, single

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction


class FunctionMetric:
    """A metric that a function computes from all rows at once.

    The function is called as those of scikit-learn are, ``function(y_true, y_pred)``: with the
    numbers of a regression, the probability of the second of two labels, or the (n, labels)
    probabilities of more. Under ``of="labels"`` it gets the likeliest label's index instead.

    A scorer, of ``get_scorer`` or ``make_scorer``, says by itself which of these it scores. More of
    its scores is better: with the direction ``lower`` the metric is the loss that it negates.

    An interval calls it once for each of a thousand samples: what is the mean of a loss for each
    row is faster as a `contracts.score.metric.losses.MeanLoss`.

    Args:
        name: The word for it in a contract.
        function: Returns the score of n outcomes, (n,), and their predictions; or a scorer, which
            is called ``scorer(estimator, X, y)``.
        direction: Which way is better.
        kinds: The kinds of product it scores.
        of: What the function is given: predictions, or the labels that they decide for.

    Raises:
        ConfigError: The function cannot be called with outcomes and predictions alone, or the
            scorer needs an estimator's ``decision_function``.

    >>> import numpy as np
    >>> from sklearn.metrics import median_absolute_error
    >>> middle = FunctionMetric("middle", median_absolute_error, "lower", "regression")
    >>> middle.value(np.array([1.0, 2.0, 9.0]), np.array([[1.5], [2.0], [3.0]]))
    0.5
    >>> from sklearn.metrics import get_scorer
    >>> f1 = FunctionMetric("f1", get_scorer("f1"), "higher", "binary")
    >>> f1.value(np.array([0.0, 1.0, 1.0]), np.array([0.1, 0.8, 0.7]))
    1.0
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., float],
        direction: Direction,
        *kinds: Kind,
        of: Literal["predictions", "labels"] = "predictions",
    ) -> None:
        self.name, self.direction, self.kinds = name, direction, frozenset(kinds)
        self._of: Literal["predictions", "labels"] = of
        if _is_scorer(function):
            from contracts.score.metric.scorer import function_of  # noqa: PLC0415 - an extra's

            function, self._of = function_of(function, name, direction, self.kinds), "predictions"
        _check_call(function, name)
        self._function: Callable[[Floats, Floats], float] = function

    def value(self, y: Floats, p: Floats) -> float:
        """Return the score; NaN without rows, and where the function has none for them.

        A label that an open set does not list is one more class, of probability 0: a miss.
        """
        if not len(y):
            return float("nan")
        y, given = self._given(y, p)
        with warnings.catch_warnings():  # scikit-learn warns where a score is not defined
            warnings.simplefilter("ignore")
            return float(self._function(y, given))

    def losses(self, y: Floats, p: Floats) -> None:
        """Return None: nothing is known of single rows."""

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean

    def _given(self, y: Floats, p: Floats) -> tuple[Floats, Floats]:
        """Return the outcomes and what the function is called with beside them."""
        several = p.ndim > 1 and p.shape[1] > 1
        if self._of == "predictions" and not several:
            return y, single(y, p)
        shares = classes(y, p)
        unlisted = np.isnan(y)
        if unlisted.any():
            y = np.where(unlisted, shares.shape[1], y)
            shares = np.column_stack([shares, np.zeros(len(y))])
        return y, shares.argmax(axis=1).astype(np.float64) if self._of == "labels" else shares


def _is_scorer(function: Any) -> bool:
    """Return whether a function is one of an estimator first of all, as every scorer is."""
    return next(iter(_parameters(function)), "") == "estimator"


def _parameters(function: Any) -> list[str]:
    try:
        return [*inspect.signature(function).parameters]
    except (TypeError, ValueError):  # not callable, or of a library that tells no names
        return []


def _check_call(function: Any, name: str) -> None:
    """Refuse what cannot be called with outcomes and predictions.

    Raises:
        ConfigError: It cannot.
    """
    if not callable(function):
        raise ConfigError(
            f"the metric {name!r}: expected a function, got {function!r}",
            hint="one of (y_true, y_pred), or sklearn.metrics.get_scorer(…)",
        )
    try:
        inspect.signature(function).bind(None, None)
    except ValueError:  # of a library that tells no names
        return
    except TypeError as error:
        raise ConfigError(
            f"the metric {name!r}: {getattr(function, '__name__', function)} cannot be called with "
            f"outcomes and predictions alone: {error}",
            hint="give the others: functools.partial(function, …)",
        ) from error
