"""Engines killed under load: what was acknowledged is there, and what was queued is bounded."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import msgspec

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.load import Answer
from benchmarks.serving_scenarios.product import make_product
from benchmarks.serving_scenarios.records import logged_events, logged_outcomes
from benchmarks.serving_scenarios.server import running

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.serving_scenarios.product import ScenarioProduct

RATE, OUTCOMES = 400.0, 0.2
#: What `queued` may lose, in seconds before the kill: 50 ms of waiting, and one transaction.
BOUND = 0.25


class Killed(msgspec.Struct, frozen=True, kw_only=True):
    """One kill.

    Attributes:
        at: When.
        events: The answers that came before.
        outcomes: The reports that were acknowledged before.
        acknowledged: Whether an answer waited for its commit.
    """

    at: float
    events: list[Answer]
    outcomes: list[Answer]
    acknowledged: bool


def kills(folder: Path, *words: str, count: int = 20) -> Findings:
    """Kill the server again and again, every other time while replies wait for their commits."""
    findings = Findings(f"{count} times SIGKILL under load")
    product, draw = make_product(folder, *words), random.Random(0)  # noqa: S311 - when to kill
    killed = [
        _kill(product, f"k{number}", draw.uniform(0.5, 2.0), acknowledged=bool(number % 2))
        for number in range(count)
    ]
    with running(product) as server:
        code = server.end()
    findings.claim(f"the last one ends with {code}", holds=code == 0)
    events, outcomes = logged_events(product), logged_outcomes(product)
    reported = [each for kill in killed for each in kill.outcomes]
    lost = sum(each.id not in outcomes for each in reported)
    findings.claim(f"{lost} of {len(reported):,} acknowledged outcomes lost", holds=not lost)
    sure = [each for kill in killed if kill.acknowledged for each in kill.events]
    lost = sum(each.id not in events for each in sure)
    findings.claim(f"{lost} of {len(sure):,} acknowledged events lost", holds=not lost)
    queued = [kill for kill in killed if not kill.acknowledged]
    ages = [kill.at - each.at for kill in queued for each in kill.events if each.id not in events]
    total, oldest = sum(len(kill.events) for kill in queued), max(ages, default=0.0)
    findings.claim(
        f"{len(ages)} of {total:,} queued events lost, none older than {oldest * 1e3:.0f} ms",
        holds=oldest <= BOUND,
    )
    return findings


def _kill(product: ScenarioProduct, name: str, seconds: float, *, acknowledged: bool) -> Killed:
    durability = "acknowledged" if acknowledged else "queued"
    with (
        running(product, f"serving.durability={durability}") as server,
        server.load(name, RATE, outcomes=OUTCOMES) as load,
    ):
        time.sleep(seconds + 0.5)  # the load's process starts
        server.process.kill()
        at = time.monotonic()
    return Killed(
        at=at,
        events=[each for each in load.result.answers if each.status == 200],
        outcomes=[each for each in load.result.outcomes if each.status == 200],
        acknowledged=acknowledged,
    )
