"""How often intervals of off-policy estimates have the truth, over many simulations of a world."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from production.experiments.evidence import weighted
from production.experiments.gates import GateLimits

if TYPE_CHECKING:
    from tests.production.experiments.worlds import World

ALPHA = 0.05
LIMITS = GateLimits(effective=100, largest=0.05, mean=0.05, known=0.95)


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What intervals of the gain came to, by estimator.

    Attributes:
        told: The share of simulations that passed the gates; the rest count only those.
        covered: How often the interval has the truth.
        error: The mean difference from the truth, in standard errors of that mean.
        width: The mean width of the interval.
    """

    told: float
    covered: dict[str, float]
    error: dict[str, float]
    width: dict[str, float]


def coverage(world: World, simulations: int) -> Coverage:
    """Return the coverage of a world's intervals where the gates say that they may be read."""
    gains = defaultdict(list)
    for seed in range(simulations):
        log, pair = world.draw(np.random.default_rng(seed))
        evidence = weighted(log, pair, LIMITS, ALPHA)
        if not evidence.failures:
            for each in evidence.estimates:
                gains[each.estimator].append(each.gain)
    values = {
        name: np.array([(each.value, each.low, each.high) for each in intervals]).T
        for name, intervals in gains.items()
    }
    truth = world.gain
    return Coverage(
        told=max((len(each) for each in gains.values()), default=0) / simulations,
        covered={n: float(np.mean((low <= truth) & (truth <= high)))
                 for n, (_, low, high) in values.items()},
        error={n: float((value.mean() - truth) / (value.std() / np.sqrt(len(value))))
               for n, (value, _, _) in values.items()},
        width={n: float(np.mean(high - low)) for n, (_, low, high) in values.items()},
    )  # fmt: skip
