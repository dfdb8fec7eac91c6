"""How much better the candidate scores than the reference, and how sure that is over days.

Rows of one day are not independent, so a day is the unit: what it adds to the paired difference of
the two scores is found by leaving it out. For a metric that is the mean of a loss per row this is
the linearised sum of a day; for any other (an area under a curve, the root of a mean) it is the
same to first order, so one method serves all.

Sources: J. W. Tukey, "Bias and confidence in not quite large samples", 1958 (pseudo-values); B.
Efron, C. Stein, "The jackknife estimate of variance", 1981 (it errs to the wide side); H. R.
Künsch, "The jackknife and the bootstrap for general stationary observations", 1989 (blocks); A. V.
Carter, K. T. Schnepel, D. G. Steigerwald, "Asymptotic behavior of a t-test robust to cluster
heterogeneity", 2017 (how many days of equal size days of unequal size are worth).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.score.bootstrap import scores
from contracts.score.metric.port import improvement
from contracts.score.tost.limits import MEAN, OTHER, arms, quantile, spread

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Metric


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A paired difference with its one-sided limits; positive where the candidate is better.

    Attributes:
        value: The candidate's gain over the reference; NaN where the rows define no score.
        low: Its lower limit, missed with chance ``alpha``; infinite where the days give none.
        high: Its upper limit, likewise.
        error: The standard error, over days.
        alpha: The chance that a limit is missed, for each.
        days: How many days have rows.
        effective: How many days of equal size would be as informative.
        rows: How many rows there are.
    """

    value: float
    low: float
    high: float
    error: float
    alpha: float
    days: int
    effective: float
    rows: int

    @property
    def defined(self) -> bool:
        """Whether the rows define a score for both sides."""
        return math.isfinite(self.value)

    @property
    def arms(self) -> tuple[float, float]:
        """How far the limits reach below and above the value."""
        return self.value - self.low, self.high - self.value

    def t_limits(self, looks: int) -> tuple[float, float]:
        """Return the limits of t at ``alpha / looks``: a conclusion of ``different`` uses them.

        They are not widened for skew: calling a difference too early promises nothing false.
        """
        reach = quantile(self.effective, self.alpha / looks) * self.error if self.error else 0.0
        return self.value - reach, self.value + reach


def difference(
    metric: Metric,
    y: Floats,
    p: Floats,
    q: Floats,
    days: Instants,
    *,
    alpha: float,
    repeats: int = 1000,
    seed: int = 0,
) -> Difference:
    """Return how much better ``p`` scores than ``q`` on the same rows.

    Args:
        metric: What to score by.
        y: Outcomes, (n,).
        p: The candidate's predictions, (n, k) or (n,).
        q: The reference's.
        days: Each row's day, as any integers, (n,).
        alpha: The chance that a limit is missed, for each.
        repeats: How many samples of days are drawn.
        seed: Of the draw.
    """
    value = improvement(metric, metric.value(y, p), metric.value(y, q))
    distinct, blocks = np.unique(days, return_inverse=True)
    n, effective = len(distinct), _effective(np.bincount(blocks))
    of_p, of_q = (_leaving_out(metric, y, side, blocks, n) for side in (p, q))
    pseudo = n * value - (n - 1) * improvement(metric, of_p, of_q)
    below, above, error = math.inf, math.inf, math.inf
    if np.array_equal(p, q) and math.isfinite(value):
        below, above, error = 0.0, 0.0, 0.0
    elif n > 1 and np.isfinite(pseudo).all():
        error = spread(pseudo)
        below, above = arms(
            pseudo,
            alpha=alpha,
            repeats=repeats,
            seed=seed,
            share=OTHER if metric.losses(y, p) is None else MEAN,
            effective=effective,
        )
    return Difference(
        value=value,
        low=value - below,
        high=value + above,
        error=error,
        alpha=alpha,
        days=n,
        effective=effective,
        rows=len(y),
    )


def _effective(rows: Instants) -> float:
    """Return how many days of equal size are as informative as days of so many rows, (days,).

    >>> _effective(np.array([50, 50, 50])), round(_effective(np.array([98, 1, 1])), 2)
    (3.0, 1.04)
    """
    return float(rows.sum() ** 2 / (rows @ rows))


def _leaving_out(metric: Metric, y: Floats, p: Floats, blocks: Instants, days: int) -> Floats:
    """Return the score of all days but one, for each day, (days,); NaN where they define none."""
    if days == 1:
        return np.full(1, np.nan)
    return scores(metric, y, p, blocks, 1.0 - np.eye(days))
