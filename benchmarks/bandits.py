"""Regret of bandits, false alarms of canaries: ``python benchmarks/bandits.py [--picture FILE]``.

A simulated product with three arms of known rewards shares its traffic once a day; outcomes arrive
0, 1 or 7 days later. Regret is what the best arm would have earned in addition: of a uniform split,
of the three bandits, and of an oracle (none). Then 1,000 runs of a canary whose arm equals the
champion, looked at every hour; and 1,000 in which the same 400 keys come each day. Ends with 1
unless each bandit's regret is below half the uniform split's, and false alarms are at most as
frequent as declared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from production.selectors.ab_test import AbTest
from production.selectors.comparison import differences
from production.selectors.epsilon_greedy import EpsilonGreedy
from production.selectors.thompson import Thompson
from production.selectors.ucb import Ucb

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.production.selectors.simulation import NAMES, coins, coming_back, regret

if TYPE_CHECKING:
    from production.metrics import Rewards
    from production.selectors.port import Selector

MEANS = (0.30, 0.33, 0.40)
DELAYS, DAYS, A_DAY, SEEDS = (0, 1, 7), 60, 200, 20
RUNS, HOURS, AN_HOUR, ALPHA, LEAST = 1_000, 24 * 30, 20, 0.05, 100
SELECTORS: dict[str, Selector] = {
    "uniform": AbTest(weights=dict.fromkeys(NAMES, 1.0)),
    "epsilon_greedy": EpsilonGreedy(epsilon=0.1, least=100),
    "thompson": Thompson(floor=0.01, least=100),
    "ucb": Ucb(width=1.0, least=100),
}


def main(picture: Path | None) -> int:
    """Print both tables; return the exit code."""
    curves = {
        (name, delay): mean_regret(selector, delay)
        for delay in DELAYS
        for name, selector in SELECTORS.items()
    }
    print(f"regret after {DAYS} days of {A_DAY} requests, mean of {SEEDS} simulations; oracle 0")
    print(f"{'selector':<16}" + "".join(f"{f'{delay} days late':>14}" for delay in DELAYS))
    for name in SELECTORS:
        print(f"{name:<16}" + "".join(f"{curves[name, delay][-1]:>14.1f}" for delay in DELAYS))
    if picture:
        draw(curves, picture)
    alarms = {share: false_alarms(share) for share in (0.5, 0.1)}
    print(
        f"\nfalse alarms of {RUNS:,} runs of equal arms, looked at {HOURS} times (at most {ALPHA})"
    )
    for share, rate in alarms.items():
        print(f"  with a share of {share:.0%}: {rate:.3f}")
    returning = {
        (share, spread): returning_alarms(share, spread)
        for share in (0.5, 0.3)
        for spread in (0.0, 1.0)
    }
    print("the same of 400 keys that come on each of 30 days, looked at each day")
    for (share, spread), rate in returning.items():
        alike = "unlike each other" if spread else "alike"
        print(f"  with a share of {share:.0%}, keys {alike}: {rate:.3f}")
    halves = all(
        curve[-1] < curves["uniform", delay][-1] / 2
        for (name, delay), curve in curves.items()
        if name != "uniform"
    )
    often = max(*alarms.values(), *returning.values())
    return 0 if halves and often <= ALPHA else 1


def mean_regret(selector: Selector, delay: int) -> list[float]:
    """Return the summed regret of each day, the mean of all simulations."""
    runs = [
        regret(selector, MEANS, delay=delay, days=DAYS, a_day=A_DAY, seed=seed)
        for seed in range(SEEDS)
    ]
    return list(np.mean(runs, axis=0).tolist())


def false_alarms(share: float) -> float:
    """Return how often two equal arms are ever told apart."""
    random = np.random.default_rng(1)
    counts = np.array([round(AN_HOUR * share), round(AN_HOUR * (1 - share))])
    alarms = 0
    for _ in range(RUNS):
        wins = random.binomial(counts, MEANS[0], (HOURS, 2)).tolist()
        one, two = ([coins(hour[at], int(counts[at])) for hour in wins] for at in (0, 1))
        alarms += alarmed(one, two)
    return alarms / RUNS


def returning_alarms(share: float, spread: float) -> float:
    """Return how often two equal arms are ever told apart whose keys come back every day."""
    runs = (coming_back(seed, spread=spread, share=share) for seed in range(RUNS))
    return sum(alarmed(*map(list, zip(*days, strict=True))) for days in runs) / RUNS


def alarmed(one: list[Rewards], two: list[Rewards]) -> bool:
    """Return whether the interval of the difference ever leaves zero out."""
    last = differences(one, two, alpha=ALPHA, least=LEAST)[-1]
    return last.low > 0 or last.high < 0


def draw(curves: dict[tuple[str, int], list[float]], picture: Path) -> None:
    """Draw regret by day, a panel for each delay."""
    mpl.rcParams["svg.hashsalt"] = "bandits"
    figure, panels = plt.subplots(1, len(DELAYS), figsize=(10, 3.2), sharey=True)
    for panel, delay in zip(panels, DELAYS, strict=True):
        for name in SELECTORS:
            panel.plot(range(1, DAYS + 1), curves[name, delay], label=name)
        panel.axhline(0, color="black", linewidth=0.8, label="oracle")
        panel.set_title(f"outcomes {delay} days late")
        panel.set_xlabel("day")
    panels[0].set_ylabel("regret, rewards")
    panels[0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--picture", type=Path, help="where to write the figure, as SVG")
    sys.exit(main(parser.parse_args().picture))
