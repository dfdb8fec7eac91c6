"""Brier score: the squared error of a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.shape import mean, single

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction


class Brier:
    """Mean of ``(p - y)²``, binary.

    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950.

    >>> import numpy as np
    >>> Brier().value(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    0.25
    """

    name = "brier"
    direction: Direction = "lower"
    kinds: frozenset[Kind] = frozenset({"binary"})

    def value(self, y: Floats, p: Floats) -> float:
        """Return the mean loss."""
        return mean(self.losses(y, p))

    def losses(self, y: Floats, p: Floats) -> Floats:
        """Return the squared error of each row."""
        return np.asarray((single(y, p) - y) ** 2)

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean
