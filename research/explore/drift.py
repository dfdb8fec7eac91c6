"""How far each month's features have moved from the first month's.

The population stability index, sum (q - p) ln(q / p) over bins, is a symmetric Kullback-Leibler
divergence: N. Siddiqi, "Credit Risk Scorecards" (Wiley, 2006), whose rule of thumb calls .1 change
to watch and .25 a shift. Bins are the first month's tenths, or its categories; a missing value is a
bin of its own. Half an observation is added to each bin, so that an empty one is no infinity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from research.calendar import months

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants
    from research.explore.sample import Mask, Sample

WATCH, SHIFT = 0.1, 0.25
TENTHS = np.arange(1, 10) / 10
#: Categories of the first month that have a bin of their own.
CATEGORIES = 20


def psi(expected: Floats, found: Floats) -> float:
    """Return the population stability index of two counts over the same bins.

    >>> import numpy as np
    >>> psi(np.array([50.0, 50.0]), np.array([50.0, 50.0]))
    0.0
    """
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (expected, found))
    return float(((q - p) * np.log(q / p)).sum())


def drift(sample: Sample, *, offset: int) -> dict[str, dict[str, float]]:
    """Return the index of every month after the first by feature, then month."""
    groups = months(sample.times, offset)
    first, *later = sorted({*groups.tolist()})
    found: dict[str, dict[str, float]] = {}
    for feature in sample.inputs:
        bins = binned(sample, feature, groups == first)
        size = int(bins.max()) + 1
        counts = {
            name: np.bincount(bins[groups == name], minlength=size).astype(np.float64)
            for name in (first, *later)
        }
        found[feature] = {name: psi(counts[first], counts[name]) for name in later}
    return found


def binned(sample: Sample, feature: str, first: Mask) -> Instants:
    """Return the bin of each event, cut by the events of the first month; 0 holds the missing."""
    absent = sample.missing(feature)
    if sample.categorical(feature):
        texts = sample.texts(feature).astype(str)
        names, counts = np.unique(texts[first & ~absent], return_counts=True)
        kept = sorted(names[np.argsort(-counts, kind="stable")][:CATEGORIES])
        place = {name: at for at, name in enumerate(kept, start=2)}
        bins = np.array([place.get(text, 1) for text in texts])
    else:
        values = sample.values(feature)
        present = values[first & ~absent]
        edges = np.unique(np.quantile(present, TENTHS)) if len(present) else np.zeros(1)
        bins = 1 + np.searchsorted(edges, values, side="left")
    return np.where(absent, 0, bins)
