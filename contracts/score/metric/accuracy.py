"""Accuracy: the share of rows whose likeliest label is the true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.shape import classes, mean

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction


class Accuracy:
    """Mean of hits, binary and multiclass; of equally likely labels the first is the choice.

    >>> import numpy as np
    >>> Accuracy().value(np.array([1.0, 0.0]), np.array([0.7, 0.6]))
    0.5
    """

    name = "accuracy"
    direction: Direction = "higher"
    kinds: frozenset[Kind] = frozenset({"binary", "multiclass"})

    def value(self, y: Floats, p: Floats) -> float:
        """Return the share of hits."""
        return mean(self.losses(y, p))

    def losses(self, y: Floats, p: Floats) -> Floats:
        """Return 1 for each row that was hit, else 0."""
        return np.asarray(classes(y, p).argmax(axis=1) == y, dtype=np.float64)

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean
