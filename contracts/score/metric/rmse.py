"""Root mean squared error, in the outcome's own unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.shape import mean, single

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction


class Rmse:
    """Root of the mean of ``(p - y)²``, regression.

    >>> import numpy as np
    >>> Rmse().value(np.array([1.0, 2.0]), np.array([4.0, 6.0]))
    3.5355339059327378
    """

    name = "rmse"
    direction: Direction = "lower"
    kinds: frozenset[Kind] = frozenset({"regression"})

    def value(self, y: Floats, p: Floats) -> float:
        """Return the root of the mean squared error."""
        return math.sqrt(mean(self.losses(y, p)))

    def losses(self, y: Floats, p: Floats) -> Floats:
        """Return the squared error of each row."""
        return np.asarray((single(y, p) - y) ** 2)

    def of_mean(self, mean: Floats) -> Floats:
        """Return the root of the mean."""
        return np.asarray(np.sqrt(mean))
