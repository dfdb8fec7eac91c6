"""Far more triggers than trainings can run: one training runs, and one waits."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import msgspec

from benchmarks.live_scenarios.crew import operating
from benchmarks.live_scenarios.product import NAME, make_product
from benchmarks.live_scenarios.records import check_trainings
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until
from contracts.host.clock import WallClock
from contracts.moment import MINUTE, SECOND
from production.agents.runtime import live_progress
from production.client import Client, PredictionRequest
from production.registry.agent_decisions import AgentDecisions
from production.registry.trainings import Trainings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.live_scenarios.crew import Crew
    from benchmarks.live_scenarios.product import LiveProduct

ONE = ("trigger=volume", "trigger.requests=1", "trigger.outcomes=null")
#: Of a training; and how many requests go together.
SECONDS, BATCH = 5.0, 500
#: Of a burst: one at its first request, one that waits, one for what came while that one waited.
MOST = 3


def triggers(folder: Path, *words: str, count: int = 10_000) -> Findings:
    """Send so many requests, each of which asks for a training, while trainings take long.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        count: How many.
    """
    findings = Findings(f"{count:,} requests, each a trigger, while a training takes {SECONDS:g} s")
    product = make_product(folder, *words, "agents.patience=2s", trigger=ONE, seconds=SECONDS)
    with operating(product, folder) as crew:
        with _watched(crew) as running:
            took = _burst(product, count)
            _await_trainings(product, count)
        crew.end()
    findings.note(f"sent within {took / SECOND:.1f} s")
    findings.claim(f"at most {max(running)} trained at once", holds=set(running) == {0, 1})
    with product.open() as database:
        trained = len(Trainings(database).all(NAME)) - 1
        decisions = AgentDecisions(database).between(NAME, product.start, 2**62)
    waits = Counter(each.decision for each in decisions if each.agent == "training")
    findings.claim(f"{trained} trainings", holds=1 <= trained <= MOST)
    findings.note(f"the trigger was asked {sum(waits.values())} times, {waits['wait']} times no")
    check_trainings(product, findings)
    return findings


def _burst(product: LiveProduct, count: int) -> int:
    """Send requests within a minute; return how long that took, microseconds."""
    port, clock = product.config.serving.port, WallClock()
    began = clock.now()
    record = msgspec.json.decode(product.records[0])
    with Client(f"http://127.0.0.1:{port}") as client:
        for first in range(0, count, BATCH):
            asks = [
                PredictionRequest(record=record, id=f"b{each}")
                for each in range(first, min(first + BATCH, count))
            ]
            client.predict_many(asks)
    took = clock.now() - began
    assert took < MINUTE, took
    return took


def _await_trainings(product: LiveProduct, count: int) -> None:
    """Return once nothing is asked for any more, with all requests counted."""
    with product.open() as database:
        progress = live_progress(database, NAME)

        def is_done() -> bool:
            training = progress.training.load()
            return training.request is None and training.served >= count

        until(is_done)


@contextmanager
def _watched(crew: Crew) -> Iterator[set[int]]:
    """Yield how many processes train, as they are seen."""
    ended, seen = Event(), {0}

    def watch() -> None:
        while not ended.wait(0.02):
            seen.add(len(crew.agents["training"].trainings()))

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
