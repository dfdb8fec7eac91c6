"""95% intervals of a share and of a mean, as if rows were independent: for pictures.

Where a decision hangs on an interval, rows of one day are not: see `contracts.score.bootstrap`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.ports import Floats

#: Standard deviations of a 95% interval.
Z = 1.959963984540054


def wilson(values: Floats) -> tuple[float, float]:
    """Return the interval of a share, from zeros and ones.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Amer.
    Statist. Assoc. 22 (1927): it stays in [0, 1], also for few rows.

    >>> tuple(round(end, 3) for end in wilson(np.zeros(10)))
    (0.0, 0.278)
    """
    count = len(values)
    share, slack = float(values.mean()), Z * Z / count
    middle = (share + slack / 2) / (1 + slack)
    reach = Z * np.sqrt(share * (1 - share) / count + slack / (4 * count)) / (1 + slack)
    return max(float(middle - reach), 0.0), min(float(middle + reach), 1.0)


def normal(values: Floats) -> tuple[float, float]:
    """Return the interval of a mean, by the normal approximation."""
    reach = Z * float(values.std()) / np.sqrt(len(values))
    return float(values.mean() - reach), float(values.mean() + reach)
