"""Agents stopped beyond their leases under load, while another process takes over."""

from __future__ import annotations

import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating
from benchmarks.live_scenarios.product import NAME, make_product
from benchmarks.live_scenarios.records import (
    await_evaluation,
    check_outcomes,
    check_trainings,
    check_windows,
)
from benchmarks.live_scenarios.turns import Turns
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until
from contracts.errors import ConflictError
from contracts.host.clock import WallClock
from contracts.moment import SECOND
from production.agents.progress import stage_progress
from production.agents.runtime import live_progress
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.live_scenarios.crew import Crew, Member
    from benchmarks.live_scenarios.product import LiveProduct
    from production.database.database import Database

#: What one says that goes on after another took over: that, or, where the database had ended its
#: connection meanwhile, what it finds on the next one.
LOST = re.compile(r"was taken over by|ran out at|waiting to take over")
WAITS = "waiting to take over"
#: Of an agent; and the most seconds that one is stopped. Nobody takes over from one that stopped
#: while it held the lock that SQLite has for all who write.
LEASE, STOPPED = 2 * SECOND, 10.0
RATE, OUTCOMES = 100.0, 0.2


def stops(
    folder: Path,
    *words: str,
    count: int = 50,
    names: tuple[str, ...] = (),
    judged: bool = True,
) -> Findings:
    """Stop each agent until another process acts in its place, and let it go on; then the other.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        count: How often each.
        names: The agents; all, each at the same time, if none is given.
        judged: Whether the time that answers take counts.
    """
    findings = Findings(f"each agent stopped {count} times for longer than its lease")
    product = make_product(
        folder, *words, f"agents.lease={LEASE // SECOND}s", "agents.patience=20s"
    )
    turns = Turns(judged=judged)
    with operating(product, folder) as crew, _pairs(crew, names) as pairs:
        with _watched(product) as back, crew.load("s", RATE, outcomes=OUTCOMES) as load:
            for numbers in turns(count):
                _stop_all(pairs, len(numbers))
            load.stop()
            await_evaluation(product, load.result.answers)
        crew.end()
    for pair in pairs:
        findings.note(pair.figures)
    findings.none_failed(load.failed(), len(load.result.answers))
    findings.claim(f"progress went back {len(back)} times", holds=not back)
    check_trainings(product, findings)
    check_outcomes(product, findings, load.result.outcomes)
    check_windows(product, findings)
    turns.check(findings, load, "an agent of each two is stopped")
    return findings


def _stop_all(pairs: list[_Pair], count: int) -> None:
    """Stop one of each pair at the same time, so often."""
    with ThreadPoolExecutor(len(pairs)) as pool:
        list(pool.map(lambda pair: pair.stop(count), pairs))


class _Pair:
    """Two processes that both would be one agent.

    Args:
        crew: The one of them is among its agents.
        name: The agent.
    """

    def __init__(self, crew: Crew, name: str) -> None:
        self._crew, self._name = crew, name
        self._processes = crew.agents[name], crew.another(name, "-2")
        self._stopped, self._taken, self._longest = 0, 0, 0.0

    def stop(self, count: int) -> None:
        """Stop whichever acts, so often."""
        for _ in range(count):
            holder, other = self.roles()
            starts, lost = other.starts(), len(LOST.findall(holder.log))
            holder.signal(signal.SIGSTOP)
            began = time.monotonic()
            acts = partial(_acts, other, starts)
            with suppress(TimeoutError):
                until(acts, STOPPED)
                self._taken += 1
                self._longest = max(self._longest, time.monotonic() - began)
            holder.signal(signal.SIGCONT)
            if acts():  # else it may go on, as nobody took its lease meanwhile
                until(lambda holder=holder, lost=lost: len(LOST.findall(holder.log)) > lost)
            self._stopped += 1

    @property
    def figures(self) -> str:
        """What came of it, in words."""
        taken = f"{self._name}: {self._taken} of {self._stopped} times taken over"
        held = self._stopped - self._taken
        why = f"not within {STOPPED:g} s: it held a lock of the database, or processors were short"
        return f"{taken}, within {self._longest:.1f} s" + (f"; {held} times {why}" if held else "")

    def roles(self) -> tuple[Member, Member]:
        """Return which of the two acts, and which waits, once both do."""
        with self._crew.product.open() as database:
            leases = Leases(database, clock=WallClock(), lasts=LEASE)
            while True:
                for holder, other in (self._processes, self._processes[::-1]):
                    if _waits(other) and _holds(leases, self._name, holder):
                        return holder, other
                time.sleep(0.05)

    def end(self) -> None:
        """End both."""
        for each in self._processes:
            each.end()


@contextmanager
def _pairs(crew: Crew, names: tuple[str, ...]) -> Iterator[list[_Pair]]:
    """Yield a pair for each agent, once one acts and the other waits."""
    pairs = [_Pair(crew, name) for name in names or crew.agents]
    try:
        for pair in pairs:
            pair.roles()
        yield pairs
    finally:
        for pair in pairs:
            pair.end()


def _acts(agent: Member, starts: int) -> bool:
    return agent.starts() > starts


def _waits(agent: Member) -> bool:
    return agent.log.rstrip().endswith(WAITS)


def _holds(leases: Leases, name: str, agent: Member) -> bool:
    with suppress(ConflictError):  # the database is locked
        lease = next(each for each in leases.all(NAME) if each.name == name)
        return leases.is_held(lease) and lease.holder.endswith(f":{agent.process.pid}")
    return False


@contextmanager
def _watched(product: LiveProduct) -> Iterator[list[str]]:
    """Yield the steps back that any progress made, as they are seen."""
    ended, back = Event(), list[str]()
    thread = Thread(target=_watch, args=(product, ended, back), daemon=True)
    thread.start()
    try:
        yield back
    finally:
        ended.set()
        thread.join()


def _watch(product: LiveProduct, ended: Event, back: list[str]) -> None:
    last: dict[str, int] = {}
    with product.open() as database:
        while not ended.wait(0.1):
            with suppress(ConflictError):  # the database is locked
                for name, at in _progress(database).items():
                    if at < last.get(name, at):
                        back.append(name)
                    last[name] = at


def _progress(database: Database) -> dict[str, int]:
    """Return how far all agents are, by what they recorded."""
    progress, checkpoints = live_progress(database, NAME), Checkpoints(database)
    stages = ("outcomes", "evaluation", "training", "promotion")
    return {
        "outcomes": progress.outcomes.load().until,
        "evaluation": progress.evaluation.load().until,
        "training": progress.training.load().decided or 0,
        "promotion": progress.promotion.load().handled or 0,
        "serving": progress.serving.load().until,
        **{
            f"stage:{name}": stage_progress(checkpoints, NAME, name).load().at or 0
            for name in stages
        },
    }
