"""Metrics that are the mean of a loss per row, or its root: a function each, named in `MEANS`.

An outcome that an open label set does not list is NaN: each function says what such a row costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.port import classes, single

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction

#: Probabilities are clipped to this from below: one of 0 would cost infinitely much.
LEAST = 1e-15


class MeanLoss:
    """A metric that is the mean of a loss per row.

    Args:
        name: The word for it in a contract.
        loss: Returns each row's loss, (n,), from outcomes (n,) and predictions (n, k).
        direction: Which way is better.
        kinds: The kinds of product it scores.
        root: Whether the score is the root of the mean.
        of_outcomes: Whether predictions make no difference to it: no model has skill by it.
    """

    def __init__(
        self,
        name: str,
        loss: Callable[[Floats, Floats], Floats],
        direction: Direction,
        *kinds: Kind,
        root: bool = False,
        of_outcomes: bool = False,
    ) -> None:
        self.name, self.direction, self.kinds = name, direction, frozenset(kinds)
        self.of_outcomes = of_outcomes
        self._loss, self._root = loss, root

    def value(self, y: Floats, p: Floats) -> float:
        """Return the score; NaN without rows."""
        losses = self.losses(y, p)
        return float(self.of_mean(losses.mean())) if len(losses) else float("nan")

    def losses(self, y: Floats, p: Floats) -> Floats:
        """Return the loss of each row, (n,)."""
        return np.asarray(self._loss(y, p), dtype=np.float64)

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself, or its root."""
        return np.sqrt(mean) if self._root else mean


def log_loss(y: Floats, p: Floats) -> Floats:
    """Return ``-log p[label]``, in nats. Source: I. J. Good, "Rational Decisions", 1952.

    A label that is not listed got no probability, and costs what a listed one with 0 does.

    >>> log_loss(np.array([1.0, 0.0]), np.array([0.5, 0.5])).round(4)
    array([0.6931, 0.6931])
    """
    listed = np.flatnonzero(~np.isnan(y))
    of_label = np.zeros(len(y))
    of_label[listed] = classes(y, p)[listed, y[listed].astype(np.int64)]
    return np.asarray(-np.log(np.clip(of_label, LEAST, 1.0)))


def brier(y: Floats, p: Floats) -> Floats:
    """Return the squared distance of the probabilities from what happened.

    Of two labels that of the positive one alone; of several the sum over all of them. A label that
    is not listed is one more, which got no probability.

    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950.

    >>> brier(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    array([0.25, 0.25])
    >>> brier(np.array([1.0, np.nan]), np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]))
    array([0.5, 1.5])
    """
    if p.ndim == 1 or p.shape[1] == 1:
        return squared_error(y, p)
    happened = np.equal.outer(y, np.arange(p.shape[1]))
    return np.asarray(((classes(y, p) - happened) ** 2).sum(axis=1) + np.isnan(y))


def squared_error(y: Floats, p: Floats) -> Floats:
    """Return ``(p - y)²``.

    >>> squared_error(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    array([1., 4.])
    """
    return np.asarray((single(y, p) - y) ** 2)


def absolute_error(y: Floats, p: Floats) -> Floats:
    """Return ``|p - y|``, in the outcome's own unit.

    >>> absolute_error(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    array([1., 2.])
    """
    return np.asarray(np.abs(single(y, p) - y))


def hits(y: Floats, p: Floats) -> Floats:
    """Return 1 where the likeliest label is the true one, else 0; the first of equally likely ones.

    A label that is not listed is never the likeliest one.

    >>> hits(np.array([1.0, 0.0]), np.array([0.7, 0.6]))
    array([1., 0.])
    """
    return np.asarray(classes(y, p).argmax(axis=1) == y, dtype=np.float64)


def not_listed(y: Floats, p: Floats) -> Floats:
    """Return 1 where an open set does not list the label, else 0, whatever was predicted.

    >>> not_listed(np.array([1.0, np.nan]), np.array([[0.5, 0.5], [0.5, 0.5]]))
    array([0., 1.])
    """
    rows = len(classes(y, p))  # which refuses predictions of other rows
    return np.asarray(np.isnan(y[:rows]), dtype=np.float64)


MEANS = (
    MeanLoss("log_loss", log_loss, "lower", "binary", "multiclass"),
    MeanLoss("brier", brier, "lower", "binary", "multiclass"),
    MeanLoss("accuracy", hits, "higher", "binary", "multiclass"),
    MeanLoss("unlisted", not_listed, "lower", "multiclass", of_outcomes=True),
    MeanLoss("mae", absolute_error, "lower", "regression"),
    MeanLoss("rmse", squared_error, "lower", "regression", root=True),
)
