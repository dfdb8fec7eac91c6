"""Simulated worlds with known rewards: logs of a known policy, and what another earns in truth.

A world is drawn anew for each simulation: keys with events, rewards that depend on the arm, the
segment and the key, and draws of arms by key with the logged propensity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from production.experiments.arm_log import ArmLog
from production.experiments.evidence import Pair

if TYPE_CHECKING:
    from contracts.ports import Floats


class World(msgspec.Struct, frozen=True, kw_only=True):
    """How a log comes about, of two arms and two segments.

    Attributes:
        logged: The probability of arm 1 in each segment, by which the log was drawn.
        means: The mean reward of each segment and arm.
        keys: The number of keys.
        heavy: The exponent of the number of events of a key; larger is more equal.
        spread: The standard deviation of what a key's events share.
        noise: The standard deviation of what they do not share.
        known: Whether the reward model sees the segments; if not, it is wrong.
        proposed: The proposed probability of arm 1.
    """

    logged: tuple[float, float] = (0.5, 0.5)
    means: tuple[tuple[float, float], tuple[float, float]] = ((-0.5, -0.4), (-0.5, -0.4))
    keys: int = 400
    heavy: float = np.inf
    spread: float = 0.1
    noise: float = 0.3
    known: bool = True
    proposed: float = 1.0

    @property
    def gain(self) -> float:
        """How much more the proposed policy earns than arm 0 alone, in truth.

        Both segments are equally likely, whatever the number of a key's events.
        """
        return self.proposed * float(np.mean([two - one for one, two in self.means]))

    @property
    def value(self) -> float:
        """What the proposed policy earns in truth."""
        return float(np.mean([one for one, _ in self.means])) + self.gain

    def draw(self, random: np.random.Generator) -> tuple[ArmLog, Pair]:
        """Return a log, and the policies to compare: the proposed one, and arm 0 alone."""
        sizes = np.ones(self.keys, np.int64)
        if np.isfinite(self.heavy):
            sizes = 1 + np.minimum(30, 2 * random.pareto(self.heavy, self.keys)).astype(np.int64)
        key = np.repeat(np.arange(self.keys), sizes)
        segment = random.integers(0, 2, self.keys)[key]
        chance = np.array(self.logged)[segment]
        arm = (random.random(self.keys)[key] < chance).astype(np.int64)
        shared = (self.spread * random.standard_normal(self.keys))[key]
        reward = np.array(self.means)[segment, arm] + shared
        reward += self.noise * random.standard_normal(len(key))
        played = np.column_stack([arm == 0, arm == 1])
        log = ArmLog(
            key=key,
            segment=segment if self.known else np.zeros(len(key), np.int64),
            played=played,
            propensity=np.where(arm == 1, chance, 1 - chance),
            reward=reward,
        )
        return log, Pair(
            proposed=self._row(len(key), self.proposed), current=self._row(len(key), 0)
        )

    def _row(self, events: int, share: float) -> Floats:
        return np.tile([1 - share, share], (events, 1))


#: Worlds by name: what makes each hard.
WORLDS = {
    "uniform": World(),
    "skewed": World(logged=(0.1, 0.1), keys=2_000),
    "contextual": World(logged=(0.2, 0.7), means=((-0.5, -0.3), (-0.2, -0.4)), keys=800),
    "heavy keys": World(heavy=2.0, spread=0.5, keys=1_000),
    "heavy keys, skewed": World(logged=(0.2, 0.2), heavy=2.0, spread=0.5, keys=2_000),
    "wrong model": World(
        logged=(0.2, 0.7), means=((-0.8, -0.5), (-0.1, -0.3)), keys=800, known=False
    ),
    "mixture": World(logged=(0.3, 0.3), proposed=0.25),
    "too few keys": World(heavy=1.5, spread=0.5, keys=100),
}
