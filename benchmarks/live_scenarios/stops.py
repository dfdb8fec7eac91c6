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


def stops(folder: Path, *words: str, count: int = 50, names: tuple[str, ...] = ()) -> Findings:
    """Stop each agent until another process acts in its place, and let it go on; then the other.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        count: How often each.
        names: The agents; all, each at the same time, if none is given.
    """
    findings = Findings(f"each agent stopped {count} times for longer than its lease")
    product = make_product(
        folder, *words, f"agents.lease={LEASE // SECOND}s", "agents.patience=20s"
    )
    with operating(product, folder) as crew, _watched(product) as back:
        with crew.load("s", RATE, outcomes=OUTCOMES) as load:
            chosen = names or tuple(crew.agents)
            with ThreadPoolExecutor(len(chosen)) as pool:
                figures = [*pool.map(lambda name: _stop(crew, name, count), chosen)]
            load.stop()
            await_evaluation(product, load.result.answers)
        crew.end()
    for figure in figures:
        findings.note(figure)
    findings.none_failed(load.failed(), len(load.result.answers))
    findings.claim(f"progress went back {len(back)} times", holds=not back)
    check_trainings(product, findings)
    check_outcomes(product, findings, load.result.outcomes)
    check_windows(product, findings)
    return findings


def _stop(crew: Crew, name: str, count: int) -> str:
    """Stop whichever of two processes is the agent, so often; return what came of it."""
    pair = crew.agents[name], crew.another(name, "-2")
    taken, longest = 0, 0.0
    try:
        for _ in range(count):
            holder, other = _roles(crew, name, pair)
            starts, lost = other.starts(), len(LOST.findall(holder.log))
            holder.signal(signal.SIGSTOP)
            began = time.monotonic()
            acts = partial(_acts, other, starts)
            with suppress(TimeoutError):
                until(acts, STOPPED)
                taken, longest = taken + 1, max(longest, time.monotonic() - began)
            holder.signal(signal.SIGCONT)
            if acts():  # else it may go on, as nobody took its lease meanwhile
                until(lambda holder=holder, lost=lost: len(LOST.findall(holder.log)) > lost)
    finally:
        pair[1].end()
    words = f"{name}: {taken} of {count} times taken over, within {longest:.1f} s"
    held = count - taken
    why = f"not within {STOPPED:g} s: it held a lock of the database, or processors were short"
    return words + (f"; {held} times {why}" if held else "")


def _roles(crew: Crew, name: str, pair: tuple[Member, Member]) -> tuple[Member, Member]:
    """Return which of two processes holds an agent's lease, and which waits, once both do."""
    with crew.product.open() as database:
        leases = Leases(database, clock=WallClock(), lasts=LEASE)
        while True:
            for holder, other in (pair, pair[::-1]):
                if _waits(other) and _holds(leases, name, holder):
                    return holder, other
            time.sleep(0.05)


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
