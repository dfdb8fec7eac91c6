"""A product's own weeks and months: those that begin some hours after midnight UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import DAY
from contracts.score.bootstrap import days

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.ports import Instants


def months(times: Instants, offset: int) -> npt.NDArray[np.str_]:
    """Return each instant's month.

    >>> months(np.array([0]), offset=1).tolist()
    ['1969-12']
    """
    return (times - offset).astype("datetime64[us]").astype("datetime64[M]").astype(str)


def weeks(times: Instants, offset: int) -> Instants:
    """Return the instant at which each instant's week began, a Monday."""
    # The first of January 1970 was a Thursday: three days into its week.
    number = (days(times, offset=offset) + 3) // 7
    return np.asarray((7 * number - 3) * DAY + offset, np.int64)
