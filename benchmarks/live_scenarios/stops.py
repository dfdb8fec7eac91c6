"""Agents stopped beyond their leases, while another process takes over."""

from __future__ import annotations

import re
import signal
import time
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating
from benchmarks.live_scenarios.product import NAME, make_product
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until
from contracts.host.clock import WallClock
from production.agents.progress import stage_progress
from production.agents.runtime import live_progress
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.live_scenarios.crew import Crew
    from benchmarks.live_scenarios.product import LiveProduct
    from production.database.database import Database

LOST = re.compile(r"was taken over by|ran out at")


def stops(folder: Path, *words: str, names: tuple[str, ...] = ()) -> Findings:
    """Stop each agent until another process acts in its place, and let it go on.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        names: The agents; all if none is given.
    """
    findings = Findings("each agent stopped for longer than its lease, with a stand-by")
    product = make_product(folder, *words, "agents.lease=4s", "agents.patience=20s")
    with operating(product, folder) as crew, _watched(product) as back:
        for name in names or tuple(crew.agents):
            _stop(crew, name, findings)
        crew.end()
    findings.claim(f"progress went back {len(back)} times", holds=not back)
    return findings


def _stop(crew: Crew, name: str, findings: Findings) -> None:
    """Stop one agent, let it go on, and kill the process that took over."""
    first, second = crew.agents[name], crew.another(name, "-2")
    try:
        until(lambda: "waiting to take over" in second.log)
        tokens, lost = [_token(crew, name)], len(LOST.findall(first.log))
        first.signal(signal.SIGSTOP)
        began = time.monotonic()
        until(lambda: second.starts() > 0)
        took = time.monotonic() - began
        tokens.append(_token(crew, name))
        first.signal(signal.SIGCONT)
        until(lambda: len(LOST.findall(first.log)) > lost)
        until(lambda: "waiting to take over" in first.log)
        starts = first.starts()
        second.process.kill()
        until(lambda: first.starts() > starts)
        tokens.append(_token(crew, name))
    finally:
        second.process.kill()
        second.process.wait()
    words = f"{name}: taken over in {took:.1f} s, tokens {tokens}; the one that woke stood by"
    findings.claim(words, holds=tokens == sorted({*tokens}))


def _token(crew: Crew, name: str) -> int:
    with crew.product.open() as database:
        leases = Leases(database, clock=WallClock(), lasts=0).all(NAME)
    return next(each.token for each in leases if each.name == name)


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
