"""What an arm earns more than the champion, after each window of an experiment."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.ports import Floats, Instants
from contracts.score.confidence_sequence import radius
from production.metrics import Rewards
from production.selectors.comparison import ArmDifference, differences

if TYPE_CHECKING:
    from collections.abc import Sequence

#: More keys than so many times the present ones are not counted.
FARTHEST = 100.0


class ExperimentLog(msgspec.Struct, frozen=True, kw_only=True):
    """What an experiment's events earned, n rows; or its units, each a key's events in a window.

    Attributes:
        key: The key of each event as an integer from 0.
        window: The window of event time as an integer.
        segment: The segment as an integer: the selector's shares may differ from one to another.
        arm: The place of the arm that served.
        reward: What the event earned, or a unit's events on average; more is better.
    """

    key: Instants
    window: Instants
    segment: Instants
    arm: Instants
    reward: Floats


def effect(
    log: ExperimentLog, arm: int, *, champion: int, alpha: float, least: int
) -> dict[int, ArmDifference]:
    """Return how much more an arm earns than the champion, after each window in which both served.

    They are compared within each window and segment, so that where only one of them serves nothing
    is compared. The intervals hold at every look at once. A key that comes back in later windows is
    not another unit: what its events share makes the sum's variance larger than that of independent
    units, by a factor that is computed from sums over keys. Where a key's events are alike, that is
    safe by D. Slepian, "The one-sided barrier problem for Gaussian noise", 1962: of two processes
    with the same variances, the one with the larger covariances crosses a boundary less often.

    Args:
        log: The events.
        arm: The place of the arm.
        champion: The place of the champion.
        alpha: The probability that any of the intervals misses the true difference.
        least: How many keys either must have before anything can be told.
    """
    units = _units(log, arm, champion)
    groups = _groups(units)
    one = [_rewards(units.reward[rows][units.arm[rows] == arm]) for rows in groups]
    two = [_rewards(units.reward[rows][units.arm[rows] == champion]) for rows in groups]
    factors = _dependence(units, groups, least)
    looks = differences(one, two, alpha=alpha, least=least, dependence=factors)
    # Of a window's segments the last look is the window's.
    windows = (int(units.window[rows[0]]) for rows in groups)
    return dict(zip(windows, looks, strict=True))


def more_units(look: ArmDifference, *, alpha: float) -> float:
    """Return how many times as many units more would tell the present difference from none.

    It is infinite where more than `FARTHEST` times as many would not, or nothing can be told yet.

    >>> look = ArmDifference(value=0.1, margin=0.15, time=500.0, enough=True)
    >>> round(more_units(look, alpha=0.05), 1)
    1.3
    >>> more_units(ArmDifference(), alpha=0.05)
    inf
    """
    if not look.enough:
        return inf
    here = radius(look.time, alpha=alpha)
    factors = np.geomspace(1.0, FARTHEST, 400)
    margins = (radius(look.time * each, alpha=alpha) / here / each for each in factors)
    enough = (each for each, part in zip(factors, margins, strict=True)
              if part * look.margin < abs(look.value))  # fmt: skip
    return float(next(enough, inf)) - 1


def _units(log: ExperimentLog, arm: int, champion: int) -> ExperimentLog:
    """Return the mean reward of each key in each window and segment, of two arms."""
    rows = np.flatnonzero((log.arm == arm) | (log.arm == champion))
    columns = (log.window, log.segment, log.key, log.arm)
    table = np.column_stack([column[rows] for column in columns])
    distinct, places, counts = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    sums = np.bincount(places.ravel(), weights=log.reward[rows], minlength=len(distinct))
    window, segment, key, of_arm = distinct.reshape(-1, 4).T
    return ExperimentLog(
        key=key, window=window, segment=segment, arm=of_arm, reward=sums / np.maximum(counts, 1)
    )


def _groups(units: ExperimentLog) -> list[Instants]:
    """Return the rows of each window and segment with both arms, in the order of windows."""
    changes = np.diff(units.window).astype(bool) | np.diff(units.segment).astype(bool)
    groups = np.split(np.arange(len(units.key)), np.flatnonzero(changes) + 1)
    return [rows for rows in groups if len(np.unique(units.arm[rows])) > 1]


def _rewards(values: Floats) -> Rewards:
    if not len(values):
        return Rewards(count=0, mean=0.0, variance=0.0)
    return Rewards(count=len(values), mean=float(values.mean()), variance=float(values.var()))


def _dependence(units: ExperimentLog, groups: Sequence[Instants], least: int) -> list[float]:
    """Return, after each group, the variance of the summed differences by that without keys.

    Both are sums of squares of what units contribute: summed over each key first, or one by one.
    It is infinite before either arm has enough keys.
    """
    sums = np.zeros(int(units.key.max(initial=-1)) + 1)
    keys: dict[int, set[int]] = {}
    clustered = independent = 0.0
    factors = []
    for rows in groups:
        parts = _contributions(units.arm[rows], units.reward[rows])
        # A key that changed its arm has two units in a group.
        key, place = np.unique(units.key[rows], return_inverse=True)
        of_key = np.bincount(place, weights=parts)
        clustered += float((2 * sums[key] * of_key + of_key**2).sum())
        independent += float((parts**2).sum())
        sums[key] += of_key
        for arm in np.unique(units.arm[rows]).tolist():
            keys.setdefault(arm, set()).update(units.key[rows][units.arm[rows] == arm].tolist())
        enough = min(map(len, keys.values())) >= least
        factors.append(max(1.0, clustered / independent) if enough and independent else inf)
    return factors


def _contributions(arm: Instants, reward: Floats) -> Floats:
    """Return what each unit of a group contributes to its weighted difference, less the mean."""
    parts = np.zeros(len(arm))
    sides = [np.flatnonzero(arm == each) for each in np.unique(arm)]
    weight = len(sides[0]) * len(sides[1]) / len(arm)
    for side, sign in zip(sides, (1, -1), strict=True):
        parts[side] = sign * weight / len(side) * (reward[side] - reward[side].mean())
    return parts
