"""Coverage of off-policy estimates: ``python benchmarks/off_policy.py [--oracle FOLDER]``.

Eight simulated worlds with known rewards, 500 simulations of each: how often the 95 % interval of a
proposed policy's gain has the truth, by each estimator, where the gates say that it may be read;
its bias, in standard errors of 500 simulations; how wide it is. Then what an experiment whose keys
come back every day tells of two equal arms, looked at each day. ``--oracle`` makes an environment
with vowpalwabbit and tea-tasting in a folder, by uv, and compares numbers with theirs. Ends with 1
if an interval has the truth less often than 95 %, less three standard errors, if equal arms are
told apart more often than declared, or if a number is not the oracle's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from math import isclose, sqrt
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from production.experiments.evidence import weighted
from tests.production.experiments.coverage import ALPHA, LIMITS, Coverage, coverage
from tests.production.experiments.returning import false_alarms
from tests.production.experiments.worlds import WORLDS

RUNS, EXPERIMENTS = 500, 1_000
NAMES = {"doubly_robust": "doubly robust", "self_normalised": "SNIPS", "ips": "IPS"}
ORACLES = ("vowpalwabbit==9.11.*", "tea-tasting>=1.14,<3")


def main(oracle: Path | None) -> int:
    """Print the tables; return the exit code."""
    sound = [covers(), holds(), oracle is None or agrees(oracle)]
    return 0 if all(sound) else 1


def covers() -> bool:
    """Print how often intervals have the truth; return whether that is often enough."""
    print(f"95% intervals of the gain, {RUNS} simulations of each world")
    print(f"{'world':<20}{'gates pass':>11}" + "".join(f"{n:>21}" for n in NAMES.values()))
    print(" " * 31 + "  covered  bias width" * len(NAMES))
    failing: list[str] = []
    for name, world in WORLDS.items():
        measured = coverage(world, RUNS)
        cells = "".join(cell(measured, estimator) for estimator in NAMES)
        print(f"{name:<20}{measured.told:>11.1%}{cells}")
        failing += too_low(measured)
    return not failing


def holds() -> bool:
    """Print how often equal arms are told apart; return whether that is seldom enough."""
    alarms = {spread: false_alarms(EXPERIMENTS, spread=spread) for spread in (0.0, 1.0)}
    print(
        f"\n{EXPERIMENTS:,} experiments with equal arms and 400 keys that come every day, looked at"
    )
    print(f"30 times (at most {ALPHA:.0%} may be told apart)")
    for spread, rate in alarms.items():
        print(f"  keys that are {'unlike' if spread else 'alike':<7}{rate:>6.1%}")
    return max(alarms.values()) <= ALPHA


def agrees(folder: Path) -> bool:
    """Print our numbers beside the oracles' on one log; return whether they are equal."""
    log, pair = WORLDS["heavy keys, skewed"].draw(np.random.default_rng(0))
    ours = {each.estimator: each for each in weighted(log, pair, LIMITS, ALPHA).estimates}
    columns = {
        name: getattr(log, name).tolist() for name in ("key", "segment", "propensity", "reward")
    }
    theirs = asked(folder, {**columns, "arm": log.played[:, 1].astype(int).tolist()})
    robust, ratio = ours["doubly_robust"].proposed, ours["self_normalised"].gain
    width, (gain, low, high) = ratio.high - ratio.low, theirs["gain"]
    print("\none log, ours beside the oracle's")
    print(f"  IPS, vowpalwabbit          {-ours['ips'].proposed.value:.6f} {theirs['ips']:.6f}")
    print(f"  doubly robust, its model   {-robust.value:.6f} {theirs['dr']:.6f}")
    print(f"  SNIPS gain, tea-tasting    {ratio.value:.6f} {gain:.6f}")
    print(f"  width of its interval      {width:.6f} {high - low:.6f}")
    return (
        isclose(-ours["ips"].proposed.value, theirs["ips"], rel_tol=1e-5)
        and robust.low < -theirs["dr"] < robust.high
        and isclose(ratio.value, gain, rel_tol=1e-9)
        and 1.0 <= width / (high - low) < 1.05  # Student's distribution, where it has the normal
    )


def asked(folder: Path, log: dict[str, list[float]]) -> dict[str, object]:
    """Return what the oracles say of a log, in an environment of their own."""
    python = folder / "bin" / "python"
    if not python.exists():
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", folder], check=True)
        subprocess.run([*uv, "pip", "install", "-q", "--python", python, *ORACLES], check=True)
    script = Path(__file__).with_name("off_policy_oracle.py")
    text = json.dumps(log)
    done = subprocess.run([python, script], input=text, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def too_low(measured: Coverage) -> list[str]:
    """Return the estimators whose intervals miss the truth too often."""
    runs = measured.told * RUNS
    least = 1 - ALPHA - 3 * sqrt(ALPHA * (1 - ALPHA) / runs) if runs else 0.0
    return [name for name, share in measured.covered.items() if share < least]


def cell(measured: Coverage, name: str) -> str:
    """Return what a world's intervals by one estimator came to."""
    if name not in measured.covered:
        return f"{'-':>9}{'':>12}"
    numbers = (measured.covered[name], measured.error[name], measured.width[name])
    return "{:>9.1%}{:>+6.1f}{:>6.3f}".format(*numbers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--oracle", type=Path, help="where to make the oracles' environment")
    sys.exit(main(parser.parse_args().oracle))
