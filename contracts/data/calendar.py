"""A product's own days, weeks and months: those that begin some hours after midnight UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import DAY

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.ports import Instants


def days(times: Instants, *, offset: int = 0) -> Instants:
    """Return the day of each instant, counted from 1970-01-01, for days that start at ``offset``.

    >>> days(np.array([0, DAY]), offset=5 * 3_600_000_000)
    array([-1,  0])
    """
    return np.asarray((times - offset) // DAY)


def weeks(times: Instants, offset: int) -> Instants:
    """Return the instant at which each instant's week began, a Monday."""
    # The first of January 1970 was a Thursday: three days into its week.
    number = (days(times, offset=offset) + 3) // 7
    return np.asarray((7 * number - 3) * DAY + offset, np.int64)


def months(times: Instants, offset: int) -> npt.NDArray[np.str_]:
    """Return each instant's month.

    >>> months(np.array([0]), offset=1).tolist()
    ['1969-12']
    """
    return (times - offset).astype("datetime64[us]").astype("datetime64[M]").astype(str)


def middle_of_month(month: str) -> float:
    """Return the instant half-way through a month such as ``2013-03``, for a plot."""
    first = np.datetime64(month, "M")
    last = first + np.timedelta64(1, "M")
    start, end = (each.astype("datetime64[us]").astype(np.int64) for each in (first, last))
    return float((start + end) / 2)
