"""Kills a process that refreshes a model every day, again and again, at random moments.

    python benchmarks/watermark_kills.py [--kills 100] [--days 40] [--seed 0] [--postgresql]

What is on record at the end is held to a run that was not killed: the same generations, by their
artifacts, bases and watermarks. Each watermark is held to the product's own events: as many rows
as had arrived by its moment, with their digest, so none was learned twice and none was skipped.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from contracts.config.compose import compose  # noqa: E402 - found once the path above is
from contracts.config.settings import settings  # noqa: E402
from contracts.data.labelled import labelled_rows  # noqa: E402
from contracts.host.clock import VirtualClock  # noqa: E402
from contracts.moment import DAY  # noqa: E402
from production.agents.strategies.watermark import watermark  # noqa: E402
from production.assembly.assemble import open_assembly  # noqa: E402
from production.assembly.state import State  # noqa: E402
from production.backtest.history import read_history  # noqa: E402
from production.database.url import in_folder, parse  # noqa: E402
from production.feedback.feed import Replay  # noqa: E402
from production.registry.lineage import lineage_of  # noqa: E402
from production.settings import Production  # noqa: E402
from tests.suites.postgresql import fresh_schema  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from production.assembly.assemble import Assembly
    from production.backtest.history import History
    from production.registry.generations import Generation

WORDS = ("product=flights_online", "strategy=incremental", "trigger.every=1d", "lifecycle=dual")


def main() -> int:
    """Run both, and return 0 if nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("kills", 100), ("days", 40), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--postgresql", action="store_true", help="not SQLite: in its `test`")
    given = parser.parse_args()
    config = settings(compose("production", WORDS), Production)
    history = read_history(config)
    until = history.product.start + given.days * DAY
    with ExitStack() as stack:
        states = [empty_state(postgresql=given.postgresql) for _ in ("whole", "killed")]
        whole, killed = map(stack.enter_context, states)
        begun = time.monotonic()
        run(config, history, whole, until)
        seconds = time.monotonic() - begun
        kills = kill_often(config, history, killed, until, seconds=seconds, given=given)
        run(config, history, killed, until)
        ours, theirs = (generations(config, history, each, until) for each in (killed, whole))
    same = [(each.artifact, each.lineage) for each in ours] == [
        (each.artifact, each.lineage) for each in theirs
    ]
    wrong = sum(not holds(history, each) for each in ours)
    sys.stdout.write(
        f"{kills} kills, {len(ours)} generations: {'equal to' if same else 'NOT equal to'} those "
        f"of a run that was not killed; {wrong} watermarks are not what had arrived\n"
    )
    return 0 if same and not wrong and kills == given.kills else 1


@contextmanager
def empty_state(*, postgresql: bool) -> Iterator[State]:
    """Yield an empty state, its database in its folder or in a schema of PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        url = in_folder("sqlite:///{state}/liaison.db", Path(folder))
        if postgresql:
            url = parse(stack.enter_context(fresh_schema()))
        yield State(database=url, folder=Path(folder))


def opened(
    config: Production, history: History, state: State, until: int
) -> AbstractContextManager[Assembly]:
    """Return the lifecycle as a process opens it that goes on where another ended."""
    start = history.product.start
    return open_assembly(
        config,
        history.product,
        state=state,
        clock=VirtualClock(start),
        feed=Replay(history.events, start=start, until=until),
        code="benchmark",
        until=until,
    )


def run(config: Production, history: History, state: State, until: int) -> None:
    """Run to the end."""
    with opened(config, history, state, until) as assembly:
        for _ in assembly.loop.steps():
            pass


def kill_often(
    config: Production,
    history: History,
    state: State,
    until: int,
    *,
    seconds: float,
    given: argparse.Namespace,
) -> int:
    """Run in processes that are killed; return how many were, before the run came to its end."""
    rng = random.Random(given.seed)  # noqa: S311 - moments to kill at, not secrets
    for kills in range(given.kills):
        child = os.fork()
        if not child:
            run(config, history, state, until)
            os._exit(0)
        # So that the last is killed before the run ends, and each comes some way.
        time.sleep(rng.uniform(0.2, 1.8) * seconds / given.kills)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            return kills
    return given.kills


def generations(config: Production, history: History, state: State, until: int) -> list[Generation]:
    """Return all generations of a run."""
    with opened(config, history, state, until) as assembly:
        return assembly.generations.all(history.product.contract.product)


def holds(history: History, generation: Generation) -> bool:
    """Return whether a generation and its base have learned what had arrived, each row once."""
    lineage, contract = lineage_of(generation), history.product.contract
    if lineage is None:
        return False
    for mark in (lineage.judged, lineage.learned):
        rows = labelled_rows(
            history.product.source,
            generation.start,
            mark.known_by,
            known_by=mark.known_by,
            target=contract,
            inputs=contract.inputs,
        )
        if watermark(rows, mark.known_by) != mark:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
