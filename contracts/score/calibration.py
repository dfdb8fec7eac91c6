"""Calibration: whether what was predicted is what happened on average, bin by bin.

Its 95% intervals take rows as independent, which is enough for a picture. Where a decision depends
on an interval, rows of one day are not independent: see `contracts.score.bootstrap`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.report.figure import Calibration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.kind import Kind
    from contracts.ports import Floats

BINS = 10
#: Standard deviations of a 95% interval.
Z = 1.959963984540054


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Rows with similar predictions: their mean prediction, and mean outcome with its interval."""

    events: int
    predicted: float
    observed: float
    low: float
    high: float


def calibration(kind: Kind, y: Floats, p: Floats) -> tuple[Bin, ...]:
    """Return tenths of n rows, ordered by what was predicted of them.

    Binary: the probability of the positive, against how often it came. Multiclass: that of the
    likeliest label, against how often it was right (C. Guo et al., "On calibration of modern neural
    networks", ICML 2017). Regression: the value.

    Args:
        kind: What is predicted.
        y: Outcomes as numbers, (n,).
        p: Predictions, (n, k).
    """
    if kind == "multiclass":
        predicted, observed = p.max(axis=1), (p.argmax(axis=1) == y).astype(np.float64)
    else:
        predicted, observed = p[:, 0], y
    order = np.argsort(predicted, kind="stable")
    interval = normal if kind == "regression" else wilson
    return tuple(
        Bin(
            events=len(part),
            predicted=float(predicted[part].mean()),
            observed=float(observed[part].mean()),
            low=low,
            high=high,
        )
        for part in np.array_split(order, BINS)
        if len(part)
        for low, high in [interval(observed[part])]
    )


def picture(bins: Sequence[Bin], *, caption: str) -> Calibration:
    """Return bins as a figure: predicted against observed."""
    return Calibration(
        caption=caption,
        predicted=[each.predicted for each in bins],
        observed=[each.observed for each in bins],
        low=[each.low for each in bins],
        high=[each.high for each in bins],
        x="predicted",
        y="observed",
        size="half",
    )


def wilson(values: Floats) -> tuple[float, float]:
    """Return the 95% interval of a share, from zeros and ones.

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
    """Return the 95% interval of a mean, by the normal approximation."""
    reach = Z * float(values.std()) / np.sqrt(len(values))
    return float(values.mean() - reach), float(values.mean() + reach)
