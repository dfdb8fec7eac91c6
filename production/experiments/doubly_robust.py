"""Doubly robust estimates: what arms are expected to earn, corrected where the log knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from production.experiments.ips import ips
from production.experiments.reward_model import expected

if TYPE_CHECKING:
    from contracts.ports import Floats
    from production.experiments.arm_log import ArmLog


def doubly_robust(log: ArmLog, probability: Floats) -> Floats:
    """Return values whose mean estimates what a policy earns, (n,).

    The correction makes it unbiased whatever the expectation is, as long as the logged propensities
    are right; the better the expectation, the less the weights spread it.

    Source: M. Dudík, J. Langford and L. Li, "Doubly robust policy evaluation and learning", 2011.

    Args:
        log: The log.
        probability: The policy's probability of each arm, (n, arms).
    """
    rewards = expected(log)
    of_policy = (probability * rewards).sum(axis=1)
    of_played = (probability * log.played * rewards).sum(axis=1)
    return np.asarray(of_policy + ips(log, probability) - of_played / log.propensity)
