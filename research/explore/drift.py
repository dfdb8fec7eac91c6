"""How far the features of each month have moved from the first month's.

The population stability index, sum (q - p) ln(q / p) over bins, is a symmetric Kullback-Leibler
divergence: N. Siddiqi, "Credit Risk Scorecards" (Wiley, 2006), whose rule of thumb calls .1 a
change to watch and .25 a shift. Bins are the first month's tenths, or its categories; a missing
value is a bin of its own. Half an observation is added to each bin, so that an empty one gives no
infinity. Of each month its whole weeks are compared: a part of a week would pass for a drift of
whatever differs by weekday.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import DAY
from research.explore.events import most_frequent

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.ports import Floats, Instants
    from research.explore.events import ExploredEvents, Mask

WATCH, SHIFT = 0.1, 0.25
WEEK = 7 * DAY
TENTHS = np.arange(1, 10) / 10
#: Categories of the first month that have a bin of their own.
CATEGORIES = 20


def psi(expected: Floats, actual: Floats) -> float:
    """Return the population stability index of two counts over the same bins.

    >>> import numpy as np
    >>> psi(np.array([50.0, 50.0]), np.array([50.0, 50.0]))
    0.0
    """
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (expected, actual))
    return float(((q - p) * np.log(q / p)).sum())


def drift(events: ExploredEvents, month: npt.NDArray[np.str_]) -> dict[str, dict[str, float]]:
    """Return the index of every month after the first, by feature, then month.

    Args:
        events: The n events.
        month: The month of each, (n,).
    """
    counted = whole_weeks(events.times, month)
    first, *later = np.unique(month[counted]).tolist() or [""]
    indices: dict[str, dict[str, float]] = {}
    for feature in events.inputs:
        bins = binned(events, feature, counted & (month == first))
        counts = {
            name: np.bincount(bins[counted & (month == name)], minlength=bins.max() + 1).astype(
                np.float64
            )
            for name in (first, *later)
        }
        indices[feature] = {name: psi(counts[first], counts[name]) for name in later}
    return indices


def whole_weeks(times: Instants, month: npt.NDArray[np.str_]) -> Mask:
    """Return which events are in the whole weeks of their month, counted from its first event."""
    counted = np.zeros(len(times), np.bool_)
    for name in np.unique(month):
        inside = month == name
        since = times[inside] - times[inside].min()
        days = -(-int(since.max() + 1) // DAY)
        counted[inside] = since < days // 7 * WEEK
    return counted


def binned(events: ExploredEvents, feature: str, first: Mask) -> Instants:
    """Return the bin of each event; the first month's events cut the bins, 0 is for the missing."""
    absent = events.missing(feature)
    if events.is_categorical(feature):
        texts = events.texts(feature).astype(str)
        names = sorted(most_frequent(texts[first & ~absent], CATEGORIES).tolist())
        number = {name: at for at, name in enumerate(names, start=2)}
        bins = np.array([number.get(text, 1) for text in texts])
    else:
        values = events.values(feature)
        present = values[first & ~absent]
        edges = np.unique(np.quantile(present, TENTHS)) if len(present) else np.zeros(1)
        bins = 1 + np.searchsorted(edges, values, side="left")
    return np.where(absent, 0, bins)
