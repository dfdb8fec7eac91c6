"""The port of metrics: what a contract's terms, the gate and every report score by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

from contracts.errors import DataError

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats, Instants

Direction = Literal["lower", "higher"]
#: One score, or an array of scores.
T = TypeVar("T", float, npt.NDArray[np.float64])


@runtime_checkable
class Metric(Protocol):
    """Scores n predictions ``p`` of shape (n, k), or (n,) for k = 1, against outcomes ``y`` (n,).

    Outcomes are numbers: 0 or 1 for binary, the label's index for multiclass, the value itself
    for regression. Of multiclass a label that an open set does not list is NaN; a metric scores
    such a row as a miss, and never leaves it out.

    Attributes:
        name: The word for it in a contract.
        direction: Which way is better.
        kinds: The kinds of product it scores.
    """

    name: str
    direction: Direction
    kinds: frozenset[Kind]

    def value(self, y: Floats, p: Floats) -> float:
        """Return the score; NaN where the rows define none (no rows, or one class for a rank)."""

    def losses(self, y: Floats, p: Floats) -> Floats | None:
        """Return one number per row whose mean makes the score, or None where no mean does."""

    def of_mean(self, mean: Floats) -> Floats:
        """Return the scores that means of `losses` make: the mean itself, or its root."""


@runtime_checkable
class Resampled(Protocol):
    """What a metric that is not a mean may also have, to be resampled as fast as one."""

    def resampled(self, y: Floats, p: Floats, blocks: Instants, counts: Floats) -> Floats:
        """Return a score for each sample, given how often each block of rows occurs in it."""


def is_of_outcomes(metric: Metric) -> bool:
    """Return whether predictions make no difference to a metric, as it says by ``of_outcomes``."""
    return bool(getattr(metric, "of_outcomes", False))


def improvement(metric: Metric, score: T, other: T) -> T:
    """Return how much better a score is than another, in the metric's unit: positive is better."""
    return other - score if metric.direction == "lower" else score - other


def single(y: Floats, p: Floats) -> Floats:
    """Return the one prediction of each row, (n,), from predictions of shape (n,) or (n, 1).

    Raises:
        DataError: There are more predictions a row, or not as many rows as outcomes.
    """
    if p.shape not in {(len(y),), (len(y), 1)}:
        raise DataError(f"expected {len(y)} predictions, one a row, got the shape {p.shape}")
    return np.asarray(p.reshape(len(y)), dtype=np.float64)


def classes(y: Floats, p: Floats) -> Floats:
    """Return (n, labels) probabilities; a single one is that of label 1 of two.

    Raises:
        DataError: There are not as many rows as outcomes.
    """
    if len(p) != len(y):
        raise DataError(f"expected {len(y)} rows of predictions, got the shape {p.shape}")
    if p.ndim == 1 or p.shape[1] == 1:
        positive = single(y, p)
        return np.column_stack([1 - positive, positive])
    return p
