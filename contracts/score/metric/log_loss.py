"""Log-loss: the surprise at what happened, in nats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.shape import classes, mean

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction

#: A probability of 0 would cost infinitely much: none is taken as less than this.
LEAST = 1e-15


class LogLoss:
    """Mean of ``-log p[label]``, binary and multiclass.

    Source: I. J. Good, "Rational Decisions", 1952.

    >>> import numpy as np
    >>> round(LogLoss().value(np.array([1.0, 0.0]), np.array([0.5, 0.5])), 4)
    0.6931
    """

    name = "log_loss"
    direction: Direction = "lower"
    kinds: frozenset[Kind] = frozenset({"binary", "multiclass"})

    def value(self, y: Floats, p: Floats) -> float:
        """Return the mean loss."""
        return mean(self.losses(y, p))

    def losses(self, y: Floats, p: Floats) -> Floats:
        """Return the loss of each row."""
        said = classes(y, p)[np.arange(len(y)), y.astype(np.int64)]
        return np.asarray(-np.log(np.clip(said, LEAST, 1.0)))

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean
