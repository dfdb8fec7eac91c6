"""A simulated product whose arms have known rewards, and whose outcomes arrive days later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from production.evaluation import rewards
from production.feedback.feedback import Scored
from production.generation.description import Candidate
from production.metrics import Rewards, Runtime
from production.selectors.draw import distribution
from production.selectors.port import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.selectors.port import Selector

NAMES = ("champion", "one", "two")
CHOICE = Choice(
    arms={
        name: Candidate(release="1.0.0", generation=at, artifact="a")
        for at, name in enumerate(NAMES, start=1)
    }
)


def runtime(earned: Sequence[dict[str, Rewards]], *, now: int = 0) -> Runtime:
    """Return runtime metrics with the rewards of each window."""
    arms = {
        name: tuple(window[name] for window in earned) for name in (earned[0] if earned else {})
    }
    return Runtime(now=now, since=0, promoted=0, requests=0, outcomes=0, arms=arms)


def regret(
    selector: Selector, means: Sequence[float], *, delay: int, days: int, a_day: int, seed: int
) -> list[float]:
    """Return the regret of each day, summed up: what the best arm would have earned in addition.

    Args:
        selector: What shares the traffic, asked once a day.
        means: The probability of a reward of 1 for each arm; others are 0.
        delay: How many days later a day's outcomes arrive.
        days: How many days.
        a_day: Requests a day.
        seed: Of keys' rewards.
    """
    random = np.random.default_rng(seed)
    windows: list[dict[str, Rewards]] = []
    losses = []
    for day in range(days):
        split = distribution(selector(CHOICE, runtime(windows[: max(0, day - delay)])), CHOICE)
        drawn = [split.arms[split.draw(f"s{seed}", f"{day}-{at}")] for at in range(a_day)]
        counts = [drawn.count(name) for name in NAMES]
        wins = [int(random.binomial(n, mean)) for n, mean in zip(counts, means, strict=True)]
        windows.append(
            {name: coins(win, n) for name, win, n in zip(NAMES, wins, counts, strict=True)}
        )
        losses.append(sum(n * (max(means) - mean) for n, mean in zip(counts, means, strict=True)))
    return np.cumsum(losses).tolist()


def coins(wins: int, count: int) -> Rewards:
    """Return the rewards of so many units, each 1 or 0."""
    mean = wins / count if count else 0.0
    return Rewards(count=count, mean=mean, variance=mean * (1 - mean))


def coming_back(
    seed: int, *, spread: float, gain: float = 0.0, share: float = 0.5
) -> list[tuple[Rewards, Rewards]]:
    """Return what an arm and its baseline earn on 30 days on which the same 400 keys come.

    Args:
        seed: Of all that is drawn.
        spread: The standard deviation of what a key's rewards share; others have 0.3 of their own.
        gain: How much more the arm earns.
        share: The arm's share of the keys.
    """
    random = np.random.default_rng(seed)
    drawn, names = random.random(400) < share, [f"key-{at}" for at in range(400)]
    shared, days = spread * random.standard_normal(400) + gain * drawn, []
    for _ in range(30):
        losses = -shared - 0.3 * random.standard_normal(400)
        served = Scored(
            id=names, key=names, time=np.zeros(400, np.int64), release=["1.0.0"] * 400,
            generation=1 + drawn, prediction=losses[:, None], outcome=pa.array([0.0] * 400),
            arrived=np.zeros(400, np.int64),
        )  # fmt: skip
        # Of a loss above all truths the mean absolute error is the loss itself.
        earned = rewards(["mae"], np.full(400, -100.0), served)
        days.append((earned["1.0.0/2"], earned["1.0.0/1"]))
    return days
