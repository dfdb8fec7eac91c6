"""Self-normalised inverse propensity: as inverse propensity, by weights that sum to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from production.experiments.ips import weights

if TYPE_CHECKING:
    from contracts.ports import Floats
    from production.experiments.arm_log import ArmLog


def self_normalised(log: ArmLog, probability: Floats) -> Floats:
    """Return values whose mean is the weighted mean of rewards, (n,).

    They are linearised, so that the spread of their mean is that of the ratio. Unlike inverse
    propensity it does not depend on where the rewards' zero lies, for a bias of the order 1 / n.

    Source: A. Swaminathan and T. Joachims, "The self-normalized estimator for counterfactual
    learning", 2015; J. Hájek, 1971.

    Args:
        log: The log.
        probability: The policy's probability of each arm, (n, arms).
    """
    weight = weights(log, probability)
    if not weight.any():
        return np.full(len(weight), np.nan)
    mean = (weight * log.reward).sum() / weight.sum()
    return np.asarray(mean + weight * (log.reward - mean) / weight.mean())
