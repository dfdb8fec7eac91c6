"""Everything exploring finds, as plain values: what `report.json` holds and the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow.compute as pc

from contracts.ports import KEY
from research.explore import drift, lag, missing, rate
from research.explore.rate import Rate

if TYPE_CHECKING:
    from research.explore.sample import Sample

QUANTILES = (0.0, 0.5, 1.0)


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a window of events holds.

    Args:
        start: Where the window begins, microseconds.
        end: Where it ends, and by when outcomes had to have arrived.
        events: How many events it holds.
        outcomes: How many of them have an outcome.
        keys: How many different keys they have.
        overall: The mean of each of the target's quantities.
        lag: Minutes until a share of the outcomes has arrived, by that share.
        months: The quantities by month.
        weeks: The quantities by week.
        categories: The quantities by the values of each feature of text.
        missing: Share of missing values by feature, then month.
        drift: Population stability index by feature, then month after the first.
        spread: Least, middle and largest value of each feature of numbers.
    """

    start: int
    end: int
    events: int
    outcomes: int
    keys: int
    overall: dict[str, float]
    lag: dict[str, float]
    months: list[Rate]
    weeks: list[Rate]
    categories: dict[str, list[Rate]]
    missing: dict[str, dict[str, float]]
    drift: dict[str, dict[str, float]]
    spread: dict[str, tuple[float, ...]]


def findings(sample: Sample, *, start: int, end: int, offset: int) -> Findings:
    """Return what a sample of a window holds.

    Args:
        sample: The window's events.
        start: Where the window begins.
        end: Where it ends.
        offset: When the product's day begins, microseconds after midnight UTC.
    """
    quantities = sample.quantities()
    texts = [name for name in sample.inputs if not sample.numeric(name)]
    numbers = [name for name in sample.inputs if sample.numeric(name)]
    return Findings(
        start=start,
        end=end,
        events=sample.table.num_rows,
        outcomes=len(sample.y),
        keys=pc.count_distinct(sample.table[KEY]).as_py(),
        overall={name: float(values.mean()) for name, values in quantities.items()},
        lag=lag.quantiles(lag.lags(sample)),
        months=rate.by_month(sample, offset=offset),
        weeks=rate.by_week(sample, offset=offset),
        categories={name: rate.by_category(sample, name) for name in texts},
        missing=missing.missing(sample, offset=offset),
        drift=drift.drift(sample, offset=offset),
        spread={name: spread(sample, name) for name in numbers},
    )


def spread(sample: Sample, name: str) -> tuple[float, ...]:
    """Return the least, middle and largest value of a feature, NaN where it has none."""
    values = sample.values(name)
    values = values[~np.isnan(values)]
    if not len(values):
        return (np.nan, np.nan, np.nan)
    return tuple(float(value) for value in np.quantile(values, QUANTILES))
