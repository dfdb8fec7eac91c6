"""Whether a history that is played through real processes leaves the records of its backtest.

    python benchmarks/live_equals_backtest.py [product=…] [any.key=value …]

Runs `task=run` and `task=operate traffic=replay` on two days of a product's history, unless the
words say how long, and compares what the two have on record: generations by the digest of their
artifacts, trainings, promotions, evaluation windows with their scores, the agents' decisions, and
what was served. Prints how many of each are equal, and the first that differs; exits 1 if one does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from math import isclose, isnan
from pathlib import Path
from typing import Any

import msgspec

from contracts.config import compose
from contracts.moment import DAY, instant, iso
from production.database.database import Database
from production.database.url import in_folder
from production.feedback.events import EventLog
from production.registry.agent_decisions import AgentDecisions
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.trainings import Trainings

#: What says how long something took, or in which order rows were written.
TIMINGS = frozenset({"seconds", "row"})
#: Predictions of one row and of many may differ in the last bits, and so do scores of them.
TOLERANCE = 1e-9
FOREVER = 2**62


def records(folder: Path, product: str) -> dict[str, list[Any]]:
    """Return what a state has on record, by what it is.

    Args:
        folder: The folder of its database.
        product: The product.
    """
    with closing(Database(in_folder("sqlite:///{state}/liaison.db", folder))) as database:
        served = EventLog(database).served(product, 0, FOREVER)
        found = {
            "generations": Generations(database).all(product),
            "trainings": Trainings(database).all(product),
            "promotions": [
                {**each.document, "created_at": each.created_at}
                for each in Manifests(database).all(product)
            ],
            "windows": Evaluations(database).all(product),
            "decisions": AgentDecisions(database).between(product, 0, FOREVER),
            "events": [
                dict(zip(("id", "time", "release", "generation", "prediction"), row, strict=True))
                for row in zip(
                    served.id,
                    served.time.tolist(),
                    served.release,
                    served.generation.tolist(),
                    served.prediction.tolist(),
                    strict=True,
                )
            ],
        }
        return {name: [without_timings(each) for each in found[name]] for name in found}


def without_timings(value: Any) -> Any:
    """Return a record as plain values, without what says how long something took."""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, dict):
        return {key: without_timings(each) for key, each in plain.items() if key not in TIMINGS}
    return [without_timings(each) for each in plain] if isinstance(plain, list) else plain


def differences(backtest: dict[str, list[Any]], live: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Return the records of two states that differ, in words, by what they are."""
    return {name: [*differing(backtest[name], live[name])] for name in backtest}


def differing(backtest: list[Any], live: list[Any]) -> list[str]:
    """Return the records of one kind that differ, in words."""
    words = [] if len(backtest) == len(live) else [f"{len(backtest)} and {len(live)}"]
    pairs = zip(backtest, live, strict=False)
    return words + [f"{one}\n    {two}" for one, two in pairs if not is_same(one, two)]


def is_same(one: Any, two: Any) -> bool:
    """Return whether two records are equal, numbers up to their last bits."""
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(is_same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(is_same, one, two))
    if isinstance(one, float) and isinstance(two, float):
        undefined = isnan(one) and isnan(two)
        return undefined or isclose(one, two, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(one == two)


def main(words: list[str]) -> int:
    """Run both, and print what differs."""
    config = compose("production", words)
    product = config.product.name
    if not any(word.startswith("product.until=") for word in words):
        words = [*words, f"product.until={iso(instant(config.product.start) + 2 * DAY)}"]
    with tempfile.TemporaryDirectory() as room:
        backtest, live = Path(room) / "backtest", Path(room) / "live"
        seconds = [
            timed("task=run", f"paths.output={backtest}", *words),
            timed(
                "task=operate",
                "traffic=replay",
                "traffic.then=end",
                "serving.port=0",
                f"paths.output={live}",
                *words,
            ),
        ]
        found = records(backtest / "state", product), records(live / "state" / "live", product)
    differ = differences(*found)
    print(f"\n{product}: backtest {seconds[0]:.1f} s, live {seconds[1]:.1f} s")
    for name, each in differ.items():
        print(f"{name:12} {len(found[0][name]):8,} {len(each):8,} differ")
        print("".join(f"    {line}\n" for line in each[:1]), end="")
    return int(any(differ.values()))


def timed(*words: str) -> float:
    """Run a task of production, and return the seconds it took."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "production", *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(command, check=True, env=environment)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
