"""Comparing a challenger's score with another: relative, and what cannot be told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from contracts.score.metric.port import improvement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.score.metric.port import Metric
    from production.agents.rules.finding import FindingVerdict

#: A champion's score counts as at least this share of the naive baseline's: near 0, any difference
#: would be a large share of it.
FLOOR = 0.01


def relative_gain(metric: Metric, scores: Mapping[str, float]) -> float:
    """Return how much better than the champion a challenger is, as a share of the champion's score.

    Args:
        metric: What both are compared by.
        scores: Scores by name: the challenger's, ``champion.…`` and ``naive.…``.
    """
    name = metric.name
    score, champion, naive = scores[name], scores[f"champion.{name}"], scores[f"naive.{name}"]
    gain = improvement(metric, score, champion)
    # `max` keeps its first argument where the naive score is no number.
    size = max(abs(champion), FLOOR * abs(naive))
    if not size:
        return math.copysign(math.inf, gain) if gain else 0.0
    return gain / size


def compared(other: float, *, passed: bool) -> FindingVerdict:
    """Return the verdict of a comparison: nothing can be told where the other side has no score.

    An area, say, is undefined where all outcomes of the holdout are alike.
    """
    if math.isnan(other):
        return "undecided"
    return "passed" if passed else "failed"
