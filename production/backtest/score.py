"""Scores a finished run from outside, with the full history: `scored_by: report`.

What a lifecycle knew of itself while it ran is another thing; its evaluation agent wrote that down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.data.calendar import days, months
from contracts.ports import Floats, Instants
from contracts.score.bootstrap import gain, interval
from contracts.score.metric.registry import metric as named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from contracts.score.bootstrap import Interval

    Mask = npt.NDArray[np.bool_]


class Resampling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the intervals are drawn: repeats of a day-block bootstrap, and its seed."""

    repeats: int
    seed: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Events with an outcome, and what three predictors said of each; n rows, in time order.

    Attributes:
        times: Event times, microseconds.
        truth: Outcomes as numbers, (n,).
        served: What was served, (n, k).
        still: What the first generation would have said.
        naive: What the naive baseline said.
    """

    times: Instants
    truth: Floats
    served: Floats
    still: Floats
    naive: Floats

    def sides(self) -> Iterator[tuple[str, Floats]]:
        """Yield each predictor's name and predictions."""
        yield from (("served", self.served), ("still", self.still), ("naive", self.naive))


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """One month of a run.

    Attributes:
        month: Such as ``2013-03``.
        events: Requests served.
        outcomes: Those with an outcome.
        metrics: Metric by name, for each of served, still and naive.
    """

    month: str
    events: int
    outcomes: int
    metrics: dict[str, dict[str, float]]


def overall(
    judged: Judged, metrics: Sequence[str], *, offset: int, by: Resampling
) -> dict[str, dict[str, Interval]]:
    """Return each metric with its interval, for each of served, still and naive."""
    blocks = days(judged.times, offset=offset)
    return {
        side: {
            name: interval(
                named(name), judged.truth, predicted, blocks, repeats=by.repeats, seed=by.seed
            )
            for name in metrics
        }
        for side, predicted in judged.sides()
    }


def gains(
    judged: Judged, other: Floats, metrics: Sequence[str], *, offset: int, by: Resampling
) -> dict[str, Interval]:
    """Return by how much what was served was better than another's predictions, paired by day."""
    blocks = days(judged.times, offset=offset)
    return {
        name: gain(
            named(name),
            judged.truth,
            judged.served,
            other,
            blocks,
            repeats=by.repeats,
            seed=by.seed,
        )
        for name in metrics
    }


def monthly(
    judged: Judged, requests: Instants, metrics: Sequence[str], *, offset: int
) -> tuple[Month, ...]:
    """Return the run month by month.

    Args:
        judged: Events with an outcome.
        requests: The times of all requests served.
        metrics: Names of the metrics.
        offset: When a day begins, microseconds after midnight UTC.
    """
    mine, all_of_them = months(judged.times, offset), months(requests, offset)
    return tuple(
        Month(
            month=str(month),
            events=int((all_of_them == month).sum()),
            outcomes=int((mine == month).sum()),
            metrics=_within(judged, mine == month, metrics),
        )
        for month in np.unique(all_of_them)
    )


def _within(judged: Judged, mask: Mask, metrics: Sequence[str]) -> dict[str, dict[str, float]]:
    truth = judged.truth[mask]
    return {
        side: {name: named(name).value(truth, predicted[mask]) for name in metrics}
        for side, predicted in judged.sides()
    }
