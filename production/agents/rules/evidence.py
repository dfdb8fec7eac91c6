"""What the rules judge a challenger by: all of it is computed once, before any rule is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.ports import Floats
from production.agents.row_digests import HistoryChange
from production.agents.rules.easiest import easiest
from production.agents.track_record import TrackRecord

if TYPE_CHECKING:
    from contracts.score.metric.port import Metric


class HoldoutPredictions(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions of the holdout's n rows, in time order, and their outcomes.

    Attributes:
        truth: The outcomes as numbers, (n,).
        challenger: The challenger's predictions, (n, k).
        naive: The naive baseline's, (n, k).
        champion: The champion's, (n, k); none for a first generation.
        reproduced: Those of the champion fitted anew to its own rows, (n, k); none without.
    """

    truth: Floats
    challenger: Floats
    naive: Floats
    champion: Floats | None = None
    reproduced: Floats | None = None


#: Predictions that differ by no more than this part of them differ by rounding.
ROUNDING = 1e-12


class GateEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What rules judge a challenger by.

    Attributes:
        outcomes: How many outcomes arrived within the holdout.
        scores: Metrics over them by name: the challenger's, ``champion.…`` and ``naive.…``.
        measures: ``step``: how far the challenger's predictions are from the champion's; with it
            ``easiest``: the champion's score where the holdout is easiest, and ``reproduced``: how
            far the champion fitted anew is from itself. A measure that nobody can take is missing.
            ``news``: how many rows a resumed challenger has learned that the champion has not, and
            ``centred``: its step but for the level, see `centred_distance`.
        first: Whether there is no champion: the challenger is a first generation.
        record: What earlier refreshes came to.
        history: What became of the rows that were known at the last refresh; none without one.
    """

    outcomes: int
    scores: Mapping[str, float]
    measures: Mapping[str, float] = {}
    first: bool
    record: TrackRecord = TrackRecord()
    history: HistoryChange | None = None


def distance(one: Floats, other: Floats) -> float:
    """Return the mean absolute difference of predictions, over rows and columns; of rounding, 0.

    >>> rate = np.array([[0.3]])
    >>> distance(rate + 1e-16, rate), round(distance(rate + 0.1, rate), 12)
    (0.0, 0.1)
    """
    return _but_rounding(one - other, other)


def centred_distance(one: Floats, other: Floats) -> float:
    """Return the same once the means of each column are made equal: how predictions are told apart.

    >>> same = np.array([[0.1], [0.4]])
    >>> round(centred_distance(same + 0.2, same), 12)
    0.0
    """
    moved = one - other
    return _but_rounding(moved - moved.mean(axis=0), other)


def _but_rounding(moved: Floats, predictions: Floats) -> float:
    """Return how far predictions moved: two fits to the same rows may differ by rounding alone."""
    size = float(np.abs(moved).mean())
    return 0.0 if size <= ROUNDING * float(np.abs(predictions).mean()) else size


def measures(
    predictions: HoldoutPredictions, metric: Metric, *, news: int | None = None
) -> dict[str, float]:
    """Return the measures of `GateEvidence`, of a holdout that may be empty.

    Args:
        predictions: Predictions of the holdout.
        metric: The metric that the champion is scored by.
        news: How many rows a resumed challenger has learned that the champion has not; none for one
            that was fitted anew.
    """
    champion = predictions.champion
    if champion is None or not len(predictions.truth):
        return {}
    taken = {
        "step": distance(predictions.challenger, champion),
        "easiest": easiest(metric, predictions.truth, champion),
    }
    if news is not None:
        taken["news"] = float(news)
        taken["centred"] = centred_distance(predictions.challenger, champion)
    if predictions.reproduced is not None:
        taken["reproduced"] = distance(predictions.reproduced, champion)
    return {name: value for name, value in taken.items() if np.isfinite(value)}
