"""Whether a history that is played through real processes leaves the records of its backtest.

    python benchmarks/live_equals_backtest.py [--amounts] [--kills N] [--trainings N] [key=value …]

Runs `task=run` and `task=operate traffic=replay` on two days of a product's history, unless the
words say how long: of flights, or of a regression whose outcomes are late. With `--kills` the
supervisor is killed so often on the way, and started again. With `--trainings` so many trainings
are broken off: what trains is killed, or the agent that lets it train, in turns. Compares what the
two have on record: generations by the digest of their artifacts, trainings, promotions, evaluation
windows with their scores, the agents' decisions, and what was served. Prints how many of each are
equal, and the first that differs; exits 1 if one does.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from math import isclose, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.live_equals_products import install
from benchmarks.live_scenarios.crew import runs
from benchmarks.serving_scenarios.server import until
from contracts.config import compose
from contracts.host.clock import WallClock
from contracts.moment import DAY, instant, iso
from production.agents.runtime import live_progress
from production.database.database import Database
from production.database.url import in_folder
from production.feedback.events import EventLog
from production.operating.played import traffic_progress
from production.registry.agent_decisions import AgentDecisions
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.trainings import Trainings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def main(options: argparse.Namespace, words: list[str]) -> int:
    """Run both, and print what differs."""
    with tempfile.TemporaryDirectory() as name:
        room, folder = Path(name), None
        if options.amounts:
            folder, named = install(room / "amounts")
            words = [*named, *words]
        product = compose("production", words, config_dir=folder).product
        if not any(word.startswith("product.until=") for word in words):
            words = [*words, f"product.until={iso(instant(product.start) + 2 * DAY)}"]
        runner = Runner(["--config-dir", str(folder)] if folder else [], words)
        backtest, live = room / "backtest", room / "live"
        seconds = [
            timed(lambda: runner.run("task=run", f"paths.output={backtest}")),
            timed(lambda: runner.play(live, product.name, options.kills, options.trainings)),
        ]
        states = backtest / "state", live / "state" / "live"
        found = [records(each, product.name) for each in states]
    differ = differences(*found)
    print(f"\n{product.name}: backtest {seconds[0]:.1f} s, live {seconds[1]:.1f} s")
    for name, each in differ.items():
        print(f"{name:12} {len(found[0][name]):8,} {len(each):8,} differ")
        print("".join(f"    {line}\n" for line in each[:1]), end="")
    return int(any(differ.values()))


def timed(run: Callable[[], None]) -> float:
    """Run something, and return the seconds it took."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


class Runner:
    """Runs tasks of production on one product.

    Args:
        first: The words that come before the task.
        words: The words that name the product, and whatever else.
    """

    def __init__(self, first: Sequence[str], words: Sequence[str]) -> None:
        self._first, self._words = first, words

    def run(self, *words: str) -> None:
        """Run a task to its end."""
        if (code := self._start(*words).wait()) != 0:
            raise RuntimeError(f"{words[0]} ended with exit code {code}")

    def play(self, folder: Path, product: str, kills: int, trainings: int) -> None:
        """Play the history, and kill what plays or trains on the way.

        Args:
            folder: The folder of its output.
            product: The product.
            kills: How often the supervisor is killed, each time when more was played.
            trainings: How many trainings are broken off after that.

        Raises:
            RuntimeError: It ended with an error, or before so many trainings were broken off.
        """
        words = ("traffic=replay", "traffic.then=end", "serving.port=0", f"paths.output={folder}")
        played = 0
        for _ in range(kills):
            process = self._start("task=operate", *words)
            while process.poll() is None and played_until(folder, product) <= played:
                time.sleep(0.05)
            process.kill()
            process.wait()
            played = played_until(folder, product)
            print(f"killed: {iso(played)} was played", flush=True)
        process = self._start("task=operate", *words)
        state = folder / "state" / "live"
        broken = sum(break_off(process, state, product, agent=n % 2 == 1) for n in range(trainings))
        if (code := process.wait()) != 0 or broken < trainings:
            raise RuntimeError(f"exit code {code}, {broken} of {trainings} trainings broken off")

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "production", *self._first, *words, *self._words]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.Popen(command, env=environment)


def break_off(process: subprocess.Popen[bytes], state: Path, product: str, *, agent: bool) -> bool:
    """Kill what trains, or the agent that lets it train; return whether there was a training.

    Args:
        process: The supervisor.
        state: The folder of the live state.
        product: The product.
        agent: Whether to kill the agent.
    """
    while process.poll() is None:
        for parent, child in training_now(process.pid):
            with closing(Database(in_folder("sqlite:///{state}/liaison.db", state))) as database:
                request = live_progress(database, product).training.load().request
            if request is not None and request.again <= WallClock().now():
                time.sleep(0.5)  # it is at it by then
                with suppress(ProcessLookupError):
                    os.kill(parent if agent else child, signal.SIGKILL)
                    what = "the training agent" if agent else "what trains"
                    print(f"killed: {what}, as asked for at {iso(request.at)}", flush=True)
                    until(lambda child=child: not runs(child))  # type: ignore[misc]
                    return True
        time.sleep(0.05)
    return False


def training_now(supervisor: int) -> list[tuple[int, int]]:
    """Return the agents that have a process to train, each with that process."""
    agents = children(supervisor)
    agents += [each for child in agents for each in children(child)]  # those that were forked
    return [(agent, each) for agent in agents for each in children(agent) if runs(each)]


def children(process: int) -> list[int]:
    """Return the processes that a process started and that have not ended."""
    with suppress(OSError):  # it ended
        tasks = Path(f"/proc/{process}/task").iterdir()
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return []


def played_until(folder: Path, product: str) -> int:
    """Return how far a history was played to the state below a folder, 0 before its start."""
    state = folder / "state" / "live"
    if not (state / "liaison.db").exists():
        return 0
    with closing(Database(in_folder("sqlite:///{state}/liaison.db", state))) as database:
        return traffic_progress(database, product, start=0).load().until


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--amounts", action="store_true", help="the regression")
    parser.add_argument("--kills", type=int, default=0, help="how often the supervisor is killed")
    parser.add_argument("--trainings", type=int, default=0, help="how many are broken off")
    sys.exit(main(*parser.parse_known_args()))
