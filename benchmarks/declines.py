"""How often `trigger=proven_decline` asks by chance, and how soon it finds a fall.

    python benchmarks/declines.py [--histories 400] [--windows 100]

Histories of windows whose skill is noise, looked at after every window: by ranks, by a floor, and
by the comparison of two averages that `trigger=decline` makes. Then with a fall in the middle.
"""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from contracts.score.e_process import below, fall_since

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    #: Says of the values so far whether they have fallen.
    Rule = Callable[[Sequence[float]], bool]

ALPHA, OWN, OVER = 0.05, 14, 7
#: Noise of variance one; the second follows the day before.
NOISE: dict[str, float] = {"independent": 0.0, "correlation 0.3": 0.3, "correlation 0.6": 0.6}


def averages(values: Sequence[float], *, margin: float) -> bool:
    """Return whether the last windows are below the first ones by more than a margin."""
    return float(np.mean(values[:OVER]) - np.mean(values[-OVER:])) > margin


RULES: dict[str, Rule] = {
    "ranks": lambda values: fall_since(values, reference=OWN) >= 1 / ALPHA,
    "floor": lambda values: below(values, 0.0) >= 1 / ALPHA,
    "averages": partial(averages, margin=1.0),
}


def history(random: np.random.Generator, windows: int, *, follows: float = 0.0) -> list[float]:
    """Return values of variance one, each of which follows the one before it by so much."""
    values = random.standard_normal(windows)
    for at in range(1, windows):
        values[at] = follows * values[at - 1] + np.sqrt(1 - follows**2) * values[at]
    return values.tolist()


def first(rule: Rule, values: Sequence[float], *, start: int) -> int | None:
    """Return after how many values a rule asks for the first time, none if it never does."""
    return next((at for at in range(start, len(values) + 1) if rule(values[:at])), None)


def false_alarms(name: str, *, histories: int, windows: int, follows: float) -> float:
    """Return the share of histories without a fall in which a rule ever asks."""
    random = np.random.default_rng(0)
    drawn = (history(random, windows, follows=follows) for _ in range(histories))
    asked = [first(RULES[name], values, start=OWN + 1) is not None for values in drawn]
    return float(np.mean(asked))


def delays(name: str, fall: float, *, histories: int, windows: int) -> tuple[float, float]:
    """Return the share of falls that are found, and the median number of windows it takes."""
    random, found = np.random.default_rng(1), list[int]()
    rule = RULES[name]
    if name == "floor":  # halfway down: what nobody wants to fall below
        rule = lambda values: below(values, -fall / 2) >= 1 / ALPHA  # noqa: E731
    for _ in range(histories):
        values = np.array(history(random, windows))
        values[windows // 2 :] -= fall
        at = first(rule, values.tolist(), start=windows // 2 + 1)
        if at is not None:
            found.append(at - windows // 2)
    return len(found) / histories, float(np.median(found)) if found else float("nan")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, default=400)
    parser.add_argument("--windows", type=int, default=100)
    chosen = parser.parse_args()
    print(f"{chosen.histories} histories of {chosen.windows} windows, alpha {ALPHA}")
    for kind, follows in NOISE.items():
        shares = {
            name: false_alarms(
                name, histories=chosen.histories, windows=chosen.windows, follows=follows
            )
            for name in RULES
        }
        print(f"asks by chance, {kind}: {shares}")
    for fall in (1.0, 2.0, 3.0):
        found = {
            name: delays(name, fall, histories=chosen.histories // 4, windows=chosen.windows)
            for name in RULES
        }
        print(f"a fall by {fall:g} deviations, found and after: {found}")


if __name__ == "__main__":
    main()
