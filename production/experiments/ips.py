"""Inverse propensity score: each logged reward counts by how much likelier a policy chooses so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.ports import Floats
    from production.experiments.arm_log import ArmLog


def weights(log: ArmLog, probability: Floats) -> Floats:
    """Return each event's weight: a policy's probability of what served, by the logged one.

    Args:
        log: The log.
        probability: The policy's probability of each arm, (n, arms).
    """
    of_played = (probability * log.played).sum(axis=1)
    return np.asarray(of_played / log.propensity)


def ips(log: ArmLog, probability: Floats) -> Floats:
    """Return values whose mean is unbiased for what a policy earns, (n,).

    Source: D. G. Horvitz and D. J. Thompson, "A generalization of sampling without replacement from
    a finite universe", 1952.

    Args:
        log: The log.
        probability: The policy's probability of each arm, (n, arms).
    """
    return weights(log, probability) * log.reward
