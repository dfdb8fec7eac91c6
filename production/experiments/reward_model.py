"""What an arm is expected to earn: its mean in the segment, from the other keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants
    from production.experiments.arm_log import ArmLog

#: Parts that keys are divided into: each part is predicted from the others.
FOLDS = 5
#: How many events the mean over all segments counts for in that of a segment.
PRIOR = 10.0


def expected(log: ArmLog, *, seed: int = 0) -> Floats:
    """Return what each arm is expected to earn at each event, (n, arms).

    It is the arm's mean reward in the event's segment, drawn towards its mean over all segments
    where a segment has few events. The events of a key are predicted from other keys' alone
    (cross-fitting), so that a reward is never predicted from itself.

    Source: V. Chernozhukov et al., "Double/debiased machine learning for treatment and structural
    parameters", 2018.

    Args:
        log: The log.
        seed: Of the division of keys.
    """
    keys = int(log.key.max(initial=-1)) + 1
    fold = (np.random.default_rng(seed).permutation(keys) % FOLDS)[log.key]
    values = np.zeros(log.played.shape)
    for each in range(FOLDS):
        others = log.take(fold != each)
        rows = fold == each
        values[rows] = _means(others, int(log.segment.max(initial=0)) + 1)[log.segment[rows]]
    return values


def _means(log: ArmLog, segments: int) -> Floats:
    """Return the mean reward of each segment and arm, (segments, arms)."""
    overall = float(log.reward.mean()) if len(log.reward) else 0.0
    means = np.zeros((segments, log.played.shape[1]))
    for arm in range(log.played.shape[1]):
        rows = log.played[:, arm]
        of_arm = float(log.reward[rows].mean()) if rows.any() else overall
        sums = _sums(log.segment[rows], log.reward[rows], segments)
        counts = _sums(log.segment[rows], np.ones(int(rows.sum())), segments)
        means[:, arm] = (sums + PRIOR * of_arm) / (counts + PRIOR)
    return means


def _sums(segment: Instants, values: Floats, segments: int) -> Floats:
    sums = np.bincount(segment, weights=values, minlength=segments)
    return np.asarray(sums, np.float64)
