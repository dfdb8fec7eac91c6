"""Scores a finished run from outside, with the full history: `scored_by: report`.

What a lifecycle knew of itself while it ran is separate: its evaluation agent recorded that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np
from msgspec.structs import asdict

from contracts.config.settings import Closed
from contracts.data.calendar import days, months
from contracts.ports import Floats, Instants
from contracts.score.bootstrap import gain, interval
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from contracts.score.bootstrap import Interval

NAIVE = "naive"
#: What is scored: what was served, a static first generation, and the naive baseline.
SIDES = ("served", "still", NAIVE)


class Resampling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the intervals are drawn: repeats of a day-block bootstrap, and its seed."""

    repeats: Annotated[int, msgspec.Meta(ge=1)]
    seed: Annotated[int, msgspec.Meta(ge=0)]


class Scoring(Closed, frozen=True, kw_only=True):
    """How a run is scored and judged.

    Attributes:
        bootstrap: How intervals are drawn.
        margin: The largest difference in the contract's main metric that has no meaning; None for
            the margin of the contract's clause `metric`.
    """

    bootstrap: Resampling
    margin: Annotated[float, msgspec.Meta(gt=0)] | None = None


class RunPredictions(msgspec.Struct, frozen=True, kw_only=True):
    """The n events of a run that have an outcome, in time order, with three predictions of each.

    Attributes:
        times: Event times, microseconds, (n,).
        truth: Outcomes as numbers, (n,): NaN is a label that the contract does not list.
        served: What was served, (n, k).
        still: What the first generation would have predicted, (n, k).
        naive: What the naive baseline predicted, (n, k).
    """

    times: Instants
    truth: Floats
    served: Floats
    still: Floats
    naive: Floats

    @property
    def unlisted(self) -> int:
        """How many outcomes are labels that the contract does not list."""
        return int(np.isnan(self.truth).sum())

    def where(self, mask: npt.NDArray[np.bool]) -> RunPredictions:
        """Return the events for which the mask, (n,), is true."""
        return RunPredictions(**{name: each[mask] for name, each in asdict(self).items()})

    def sides(self) -> Iterator[tuple[str, Floats]]:
        """Yield the name and the predictions of each of `SIDES`."""
        yield from ((side, getattr(self, side)) for side in SIDES)


class HeldBack(msgspec.Struct, frozen=True, kw_only=True):
    """A model that the gate kept from serving, and what it would have predicted until the next.

    Attributes:
        start: When it was trained, microseconds.
        end: When the next one was, or the end of the run.
        predictions: Its predictions of the m events of `RunPredictions` between them, (m, k).
    """

    start: int
    end: int
    predictions: Floats


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """One month of a run.

    Attributes:
        month: Such as ``2013-03``.
        events: How many requests were answered.
        invalid: How many the contract's input schema refused.
        outcomes: How many of them have an outcome.
        unlisted: How many of these outcomes are labels that the contract does not list.
        metrics: Metric by name, for each of `SIDES`.
    """

    month: str
    events: int
    invalid: int
    outcomes: int
    unlisted: int
    metrics: dict[str, dict[str, float]]


def overall(
    predictions: RunPredictions, metrics: Sequence[str], *, offset: int, resampling: Resampling
) -> dict[str, dict[str, Interval]]:
    """Return each metric with its interval, for each of `SIDES`.

    Args:
        predictions: Events with an outcome.
        metrics: Names of the metrics.
        offset: When a day begins, microseconds after midnight UTC.
        resampling: How intervals are drawn.
    """
    blocks, draw = days(predictions.times, offset=offset), asdict(resampling)
    return {
        side: {
            name: interval(metric(name), predictions.truth, predicted, blocks, **draw)
            for name in metrics
        }
        for side, predicted in predictions.sides()
    }


def gains(
    predictions: RunPredictions,
    other: Floats,
    metrics: Sequence[str],
    *,
    offset: int,
    resampling: Resampling,
) -> dict[str, Interval]:
    """Return by how much what was served is better than other predictions, paired by day.

    Args: as for `overall`; ``other`` has the same n events, (n, k).
    """
    blocks, draw = days(predictions.times, offset=offset), asdict(resampling)
    return {
        name: gain(metric(name), predictions.truth, predictions.served, other, blocks, **draw)
        for name in metrics
    }


def monthly(
    predictions: RunPredictions,
    requests: Instants,
    invalid: Instants,
    metrics: Sequence[str],
    *,
    offset: int,
) -> tuple[Month, ...]:
    """Return the months of a run.

    Args:
        predictions: Events with an outcome.
        requests: The times of all requests answered.
        invalid: The times of those that the contract's input schema refused.
        metrics: Names of the metrics.
        offset: When a day begins, microseconds after midnight UTC.
    """
    of_outcomes, of_requests, of_invalid = (
        months(times, offset) for times in (predictions.times, requests, invalid)
    )

    def scores(month: str) -> dict[str, dict[str, float]]:
        inside = of_outcomes == month
        truth = predictions.truth[inside]
        return {
            side: {name: metric(name).value(truth, predicted[inside]) for name in metrics}
            for side, predicted in predictions.sides()
        }

    return tuple(
        Month(
            month=str(month),
            events=int((of_requests == month).sum()),
            invalid=int((of_invalid == month).sum()),
            outcomes=int((of_outcomes == month).sum()),
            unlisted=int(np.isnan(predictions.truth[of_outcomes == month]).sum()),
            metrics=scores(month),
        )
        for month in np.union1d(of_requests, of_invalid)
    )
