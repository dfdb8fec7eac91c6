"""Everything that exploring finds, as plain values: what `report.json` holds and the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow.compute as pc

from contracts.data.calendar import months, weeks
from contracts.ports import KEY
from contracts.score.calibration import normal, wilson
from research.explore.drift import drift
from research.explore.events import most_frequent

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.ports import Floats
    from research.explore.events import ExploredEvents

#: The share of outcomes that has arrived, for each of which the lag is given.
ARRIVED_SHARES = (0.01, 0.25, 0.5, 0.75, 0.99, 1.0)
#: Values of a feature that are shown one by one, the most frequent first.
TOP = 15


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of one quantity in one group of events, with its 95% interval."""

    group: Any
    quantity: str
    events: int
    value: float
    low: float
    high: float


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
        weeks: The quantities by week; a group is the instant the week began.
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


def findings(events: ExploredEvents, *, start: int, end: int, offset: int) -> Findings:
    """Return what the events of a window show.

    Args:
        events: The window's events.
        start: Where the window begins.
        end: Where it ends.
        offset: When the product's day begins, microseconds after midnight UTC.
    """
    times = events.times[events.known]
    numbers = [name for name in events.inputs if events.is_number(name)]
    month = months(events.times, offset)
    return Findings(
        start=start,
        end=end,
        events=events.table.num_rows,
        outcomes=len(events.y),
        keys=pc.count_distinct(events.table[KEY]).as_py(),
        overall={name: float(values.mean()) for name, values in events.quantities().items()},
        lag=lag_by_share(events.lags()),
        months=rates(events, months(times, offset)),
        weeks=rates(events, weeks(times, offset)),
        categories={
            name: rates(events, categories(events, name))
            for name in events.inputs
            if name not in numbers
        },
        missing=missing_by_month(events, month),
        drift=drift(events, month),
        spread={name: spread(events.values(name)) for name in numbers},
    )


def rates(events: ExploredEvents, groups: npt.NDArray[Any]) -> list[Rate]:
    """Return the mean of each quantity in each group of the events with an outcome, in order."""
    names, position = np.unique(groups, return_inverse=True)
    interval = normal if events.target.kind == "regression" else wilson
    result = []
    for quantity, values in events.quantities().items():
        for at, name in enumerate(names):
            inside = values[position == at]
            low, high = interval(inside)
            result.append(
                Rate(
                    group=name.item() if isinstance(name, np.generic) else name,
                    quantity=quantity,
                    events=len(inside),
                    value=float(inside.mean()),
                    low=low,
                    high=high,
                )
            )
    return result


def categories(events: ExploredEvents, name: str) -> npt.NDArray[np.str_]:
    """Return each outcome's value of a feature: missing, one of the most frequent, or others."""
    texts = events.texts(name)[events.known]
    values = np.where(texts == None, "missing", texts).astype(str)  # noqa: E711 - elementwise
    return np.where(np.isin(values, most_frequent(values, TOP)), values, "others")


def lag_by_share(minutes: Floats) -> dict[str, float]:
    """Return the lag within which a share of the outcomes has arrived, by that share."""
    if not len(minutes):
        return {}
    return {f"{share:g}": float(np.quantile(minutes, share)) for share in ARRIVED_SHARES}


def missing_by_month(
    events: ExploredEvents, month: npt.NDArray[np.str_]
) -> dict[str, dict[str, float]]:
    """Return the share of missing values by feature, then month."""
    return {
        feature: {name: float(absent[month == name].mean()) for name in np.unique(month).tolist()}
        for feature in events.inputs
        for absent in [events.missing(feature)]
    }


def spread(values: Floats) -> tuple[float, ...]:
    """Return the least, middle and largest of some values, NaN where there are none."""
    present = values[~np.isnan(values)]
    if not len(present):
        return (np.nan, np.nan, np.nan)
    return tuple(float(value) for value in np.quantile(present, (0.0, 0.5, 1.0)))
