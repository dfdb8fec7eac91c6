"""Mean absolute error, in the outcome's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.shape import mean, single

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats
    from contracts.score.metric.port import Direction


class Mae:
    """Mean of ``|p - y|``, regression.

    >>> import numpy as np
    >>> Mae().value(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    1.5
    """

    name = "mae"
    direction: Direction = "lower"
    kinds: frozenset[Kind] = frozenset({"regression"})

    def value(self, y: Floats, p: Floats) -> float:
        """Return the mean error."""
        return mean(self.losses(y, p))

    def losses(self, y: Floats, p: Floats) -> Floats:
        """Return the absolute error of each row."""
        return np.asarray(np.abs(single(y, p) - y))

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean
