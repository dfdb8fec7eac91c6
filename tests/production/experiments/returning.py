"""Experiments whose keys come back: equal arms, and what is told of them."""

from __future__ import annotations

import numpy as np

from production.experiments.effect import ExperimentLog, effect

ALPHA = 0.05


def drawn(
    seed: int,
    *,
    keys: int = 400,
    days: int = 30,
    spread: float = 1.0,
    share: float = 0.5,
    come: float = 1.0,
    gain: float = 0.0,
) -> ExperimentLog:
    """Return an experiment of a champion, 0, and an arm, 1.

    Args:
        seed: Of all that is drawn.
        keys: The number of keys.
        days: The number of windows.
        spread: The standard deviation of what a key's events share; others have 0.3 of their own.
        share: The arm's.
        come: The probability that a key has an event in a window.
        gain: How much more the arm earns.
    """
    random = np.random.default_rng(seed)
    arm = (random.random(keys) < share).astype(np.int64)
    shared = spread * random.standard_normal(keys) + gain * arm
    present = [np.flatnonzero(random.random(keys) < come) for _ in range(days)]
    key = np.concatenate(present)
    return ExperimentLog(
        key=key,
        window=np.repeat(np.arange(days), [len(each) for each in present]),
        segment=np.zeros(len(key), np.int64),
        arm=arm[key],
        reward=shared[key] + 0.3 * random.standard_normal(len(key)),
    )


def false_alarms(runs: int, *, spread: float) -> float:
    """Return how often equal arms are ever told apart."""
    alarms = 0
    for seed in range(runs):
        looks = effect(drawn(seed, spread=spread), 1, champion=0, alpha=ALPHA, least=100)
        *_, last = looks.values()
        alarms += last.low > 0 or last.high < 0
    return alarms / runs
