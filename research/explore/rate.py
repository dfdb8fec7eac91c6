"""How often an outcome happens, by period and by category, with the interval of each share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from research.calendar import months, weeks
from research.interval import normal, wilson

if TYPE_CHECKING:
    import numpy.typing as npt

    from research.explore.sample import Sample

#: Categories that are shown one by one, the most frequent first.
TOP = 15


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of one quantity in one group of events, with its 95% interval."""

    group: Any
    quantity: str
    events: int
    value: float
    low: float
    high: float


def rates(sample: Sample, groups: npt.NDArray[Any]) -> list[Rate]:
    """Return the mean of each quantity in each group of the events with an outcome, in order."""
    names, place = np.unique(groups, return_inverse=True)
    ends = normal if sample.target.kind == "regression" else wilson
    found = []
    for quantity, values in sample.quantities().items():
        for at, name in enumerate(names):
            inside = values[place == at]
            low, high = ends(inside)
            found.append(
                Rate(
                    group=name.item() if isinstance(name, np.generic) else name,
                    quantity=quantity,
                    events=len(inside),
                    value=float(inside.mean()),
                    low=low,
                    high=high,
                )
            )
    return found


def by_month(sample: Sample, *, offset: int) -> list[Rate]:
    """Return the rates by month."""
    return rates(sample, months(sample.times[sample.known], offset))


def by_week(sample: Sample, *, offset: int) -> list[Rate]:
    """Return the rates by week; a group is the instant the week began."""
    return rates(sample, weeks(sample.times[sample.known], offset))


def by_category(sample: Sample, name: str) -> list[Rate]:
    """Return the rates of the most frequent values of a feature; missing is one of them."""
    texts = sample.texts(name)[sample.known]
    groups = np.where(texts == None, "missing", texts).astype(str)  # noqa: E711 - elementwise
    names, counts = np.unique(groups, return_counts=True)
    top = names[np.argsort(-counts, kind="stable")][:TOP]
    return rates(sample, np.where(np.isin(groups, top), groups, "others"))
