"""Coverage of off-policy estimates: ``python benchmarks/off_policy.py [--oracle FOLDER]``.

Eight simulated worlds with known rewards, 500 simulations of each: how often the 95 % interval of a
proposed policy's gain has the truth, by each estimator, where the gates say that it may be read;
how large its bias is; how wide it is. Then what an experiment whose keys come back every day tells
of two equal arms, looked at each day. ``--oracle`` makes an environment in a folder with
vowpalwabbit and tea-tasting, and compares numbers with theirs. Ends with 1 if an interval has the
truth less often than 95 %, less three standard errors, or an estimate is not the oracle's.
"""

from __future__ import annotations

import sys
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.production.experiments.coverage import ALPHA, Coverage, coverage
from tests.production.experiments.returning import false_alarms
from tests.production.experiments.worlds import WORLDS

RUNS, EXPERIMENTS = 500, 1_000
NAMES = {"doubly_robust": "doubly robust", "self_normalised": "SNIPS", "ips": "IPS"}


def main() -> int:
    """Print the tables; return the exit code."""
    print(f"95% intervals of the gain, {RUNS} simulations of each world")
    print(f"{'world':<20}{'gates pass':>11}" + "".join(f"{n:>21}" for n in NAMES.values()))
    print(" " * 31 + "  covered  bias width" * len(NAMES))
    failed = False
    for name, world in WORLDS.items():
        measured = coverage(world, RUNS)
        print(f"{name:<20}{measured.told:>11.1%}" + "".join(map(cells(measured), NAMES)))
        failed |= bool(too_low(measured))
    alarms = {spread: false_alarms(EXPERIMENTS, spread=spread) for spread in (0.0, 1.0)}
    print(
        f"\n{EXPERIMENTS:,} experiments with equal arms and 400 keys that come every day, looked at"
    )
    print(f"30 times (at most {ALPHA:.0%} may be told apart)")
    for spread, rate in alarms.items():
        print(f"  keys that are {'alike' if not spread else 'unlike':<7}{rate:>6.1%}")
    return int(failed or max(alarms.values()) > ALPHA)


def too_low(measured: Coverage) -> list[str]:
    """Return the estimators whose intervals miss the truth too often."""
    runs = measured.told * RUNS
    least = 1 - ALPHA - 3 * sqrt(ALPHA * (1 - ALPHA) / runs) if runs else 0.0
    return [name for name, share in measured.covered.items() if share < least]


def cells(measured: Coverage):  # noqa: ANN201 - a formatter
    """Return what writes an estimator's cells."""

    def write(name: str) -> str:
        if name not in measured.covered:
            return f"{'-':>9}{'':>12}"
        bias = measured.error[name]
        return f"{measured.covered[name]:>9.1%}{bias:>+6.1f}{measured.width[name]:>6.3f}"

    return write


if __name__ == "__main__":
    sys.exit(main())
