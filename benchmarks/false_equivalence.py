"""How often equivalence is concluded: ``python benchmarks/false_equivalence.py [--shares 0 1 …]``.

Makes a population of days in which the true difference of two sides is set by the choice of the
candidate, and judges samples of its days against a margin, by the contract's method and by the
percentile interval of resampled days (the baseline) on the same samples. At the margin any
``equivalent`` is false. Ends with 1 if the method exceeds alpha there by more than chance, except
in the world whose bad days are so rare that two weeks often have none: no method can detect them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import expit
from scipy.stats import binomtest

from contracts.score.bootstrap import gain
from contracts.score.metric.registry import metric
from contracts.score.tost.conclusion import conclude
from contracts.score.tost.difference import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Metric

ALPHA = 0.05
POPULATION = 400
ROWS = 60
#: How much a day's own error spreads, in log-odds, of each side.
STEADY = 0.1
MARGINS = {"log_loss": 0.05, "brier": 0.02, "roc_auc": 0.06}
#: How many draws of days there are, of 1,000 samples each: a contract's seed makes one of them.
DRAWS = 8
SHARES = (0.0, 0.5, 1.0, 1.5, 2.0)
BASELINE, RARE = "percentiles (baseline)", "rare bad days"
STATUSES = ("equivalent", "different", "inconclusive")


class Sample(NamedTuple):
    """Outcomes, the candidate's and the reference's chances, and days, each of shape (n,)."""

    y: Floats
    p: Floats
    q: Floats
    days: Instants


class Kind(NamedTuple):
    """The properties of a world's days.

    Attributes:
        bad: The candidate's further error on its bad days, drawn from an exponential distribution.
        share: The share of days that are bad.
        sizes: How much the days' numbers of rows spread, in logarithms.
        memory: The correlation of a day's errors with those of the day before.
        population: How many days there are.
    """

    bad: float
    share: float = 1.0
    sizes: float = 0.2
    memory: float = 0.0
    population: int = POPULATION


WORLDS = {
    "ordinary": Kind(0.2),
    "skewed": Kind(0.4),
    "unequal days": Kind(0.2, sizes=1.0),
    RARE: Kind(0.7, share=0.1),
    "following days": Kind(0.2, memory=0.5, population=20 * POPULATION),
}


class World:
    """A population of days; each shifts the rate of outcomes and both sides' predictions.

    Args:
        kind: The properties of its days.
        seed: Of the draw.
    """

    def __init__(self, kind: Kind, *, seed: int) -> None:
        self.kind, count, rng = kind, kind.population, np.random.default_rng(seed)
        rows = np.maximum(rng.poisson(ROWS * rng.lognormal(0, kind.sizes, count)), 10)
        self.ends = np.cumsum(rows)
        self.days = np.repeat(np.arange(count), rows)
        n = len(self.days)
        rate, signal = rng.normal(-1, 0.5, count)[self.days], rng.normal(0, 1.2, n)
        self.y = (rng.uniform(size=n) < expit(rate + signal)).astype(np.float64)
        self.known, self.rate = signal - 1, rate + 1
        errors = rng.normal(0, STEADY, (2, count))
        further = rng.exponential(size=count) * (rng.uniform(size=count) < kind.share)
        errors[0] += kind.bad * (further - kind.share)
        errors = lfilter([np.sqrt(1 - kind.memory**2)], [1, -kind.memory], errors)
        noise = errors[:, self.days] + rng.normal(0, 0.2, (2, n))
        self.q = expit(self.known + noise[1])
        self.noise = noise[0]

    def candidate(self, scored: Metric, loss: float) -> Floats:
        """Return the chances of a candidate that is worse by ``loss`` on the whole population."""
        sign = 1.0 if scored.direction == "higher" else -1.0
        own = scored.value(self.y, self.q)

        def short(worse: float) -> float:
            return sign * (own - scored.value(self.y, self._chances(worse))) - loss

        return self._chances(brentq(short, -1, 1, xtol=1e-6))

    def draw(self, p: Floats, days: int, rng: np.random.Generator) -> Sample:
        """Return a sample of whole days; one drawn twice counts as two."""
        drawn = rng.integers(0, self.kind.population, days)
        if self.kind.memory:  # one after the other
            drawn = (drawn[0] + np.arange(days)) % self.kind.population
        starts = np.concatenate([[0], self.ends[:-1]])
        rows = [np.arange(starts[day], self.ends[day]) for day in drawn]
        labels = np.repeat(np.arange(days), [len(each) for each in rows])
        at = np.concatenate(rows)
        return Sample(self.y[at], p[at], self.q[at], labels)

    def _chances(self, worse: float) -> Floats:
        """Return chances that use less of the signal; below 0, more of the day's rate."""
        less, more = max(worse, 0.0), max(-worse, 0.0)
        logits = (1 - less) * (self.known + 1) - 1 + more * self.rate + self.noise
        return np.asarray(expit(logits))


def by_days(scored: Metric, sample: Sample, margin: float, seed: int) -> str:
    """Return the status by the contract's method."""
    return conclude(difference(scored, *sample, alpha=ALPHA, seed=seed), margin=margin).status


def by_percentiles(scored: Metric, sample: Sample, margin: float, seed: int) -> str:
    """Return the status by the percentile interval of resampled days."""
    interval = gain(scored, *sample, seed=seed, level=1 - 2 * ALPHA)
    if -margin < interval.low and interval.high < margin:
        return "equivalent"
    return "different" if interval.low > margin or interval.high < -margin else "inconclusive"


METHODS = {"one-sided tests by days": by_days, BASELINE: by_percentiles}


def rates(
    world: World,
    name: str,
    share: float,
    *,
    days: int,
    repetitions: int,
    seed: int,
    methods: tuple[str, ...] = tuple(METHODS),
) -> dict[str, Counter[str]]:
    """Return by method how often each status came, of candidates worse by a share of the margin.

    Args:
        world: Where samples come from.
        name: The metric's.
        share: The true difference over the margin.
        days: How many days a sample has.
        repetitions: How many samples are judged.
        seed: Of the draw.
        methods: By which methods, of `METHODS`.
    """
    scored, margin, rng = metric(name), MARGINS[name], np.random.default_rng(seed)
    p = world.candidate(scored, share * margin)
    counts: dict[str, Counter[str]] = {method: Counter() for method in methods}
    for repetition in range(repetitions):
        sample = world.draw(p, days, rng)
        for method in methods:
            counts[method][METHODS[method](scored, sample, margin, repetition % DRAWS)] += 1
    return counts


def main(repetitions: int, days: list[int], shares: list[float]) -> int:
    """Print the table; return the exit code."""
    print(f"alpha {ALPHA}, {repetitions:,} samples a line, about {ROWS} rows a day\n")
    heads = ("world", "metric", "days", "method", "true/margin", *STATUSES)
    print(("{:<15}{:<10}{:>5}  {:<25}{:>11}" + "{:>14}" * 3).format(*heads))
    exceeded = []
    for line in table(repetitions, days, shares):
        print(line.text, flush=True)
        exceeded += [line.text] if line.exceeds else []
    print(f"\nbeyond alpha at the margin, {RARE} left out: {len(exceeded)} lines")
    return 1 if exceeded else 0


class Line(NamedTuple):
    """A line of the table, and whether it shows that the method exceeds alpha."""

    text: str
    exceeds: bool


def table(repetitions: int, days: list[int], shares: list[float]) -> Iterator[Line]:
    """Yield the table's lines as they are computed."""
    for (label, kind), name in product(WORLDS.items(), MARGINS):
        world = World(kind, seed=0)
        for size, share in product(days, shares):
            by_method = rates(world, name, share, days=size, repetitions=repetitions, seed=size)
            for method, counts in by_method.items():
                figures = "".join(f"{counts[each] / repetitions:>14.4f}" for each in STATUSES)
                false = counts["equivalent"] if share == 1 else 0
                chance = binomtest(false, repetitions, ALPHA, alternative="greater").pvalue
                tested = label != RARE and method != BASELINE
                yield Line(
                    f"{label:<15}{name:<10}{size:>5}  {method:<25}{share:>11.1f}{figures}",
                    exceeds=tested and chance < 0.01,
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=2000, help="samples a line")
    parser.add_argument("--days", type=int, nargs="+", default=[14, 56], help="days of a sample")
    parser.add_argument(
        "--shares", type=float, nargs="+", default=SHARES, help="true differences over the margin"
    )
    arguments = parser.parse_args()
    sys.exit(main(arguments.repetitions, arguments.days, arguments.shares))
