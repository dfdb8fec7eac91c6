"""Each agent killed again and again while the product serves."""

from __future__ import annotations

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating, runs
from benchmarks.live_scenarios.product import is_training, make_product
from benchmarks.live_scenarios.records import (
    await_evaluation,
    check_outcomes,
    check_trainings,
    check_windows,
)
from benchmarks.live_scenarios.turns import Turns
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.live_scenarios.crew import Crew, Member
    from benchmarks.live_scenarios.product import LiveProduct

RATE, OUTCOMES = 100.0, 0.2
#: Seconds that a training takes, so that it can be killed.
TRAINS = 1.0
#: Seconds that are waited for a training to begin.
SOON = 8.0


def kills(folder: Path, *words: str, count: int = 50, judged: bool = True) -> Findings:
    """Kill each agent so many times at random moments, half of the times while a model is trained.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        count: How often.
        judged: Whether the time that answers take counts.
    """
    findings = Findings(f"each agent killed {count} times, and what trains now and then")
    product = make_product(folder, *words, "agents.lease=2s", seconds=TRAINS)
    turns = Turns(judged=judged)
    trainings = orphans = 0
    with operating(product, folder) as crew, crew.load("k", RATE, outcomes=OUTCOMES) as load:
        time.sleep(2)
        for numbers in turns(count):
            ends = _kill_all(product, crew, numbers)
            trainings, orphans = trainings + ends[0], orphans + ends[1]
        load.stop()
        await_evaluation(product, load.result.answers)
        codes = crew.end()
    findings.none_failed(load.failed(), len(load.result.answers))
    findings.claim(f"{trainings} trainings killed", holds=trainings > 0)
    findings.claim(f"{orphans} trainings outlived their agent", holds=not orphans)
    check_trainings(product, findings)
    check_outcomes(product, findings, load.result.outcomes)
    check_windows(product, findings)
    turns.check(findings, load, "all agents are killed")
    findings.claim(f"exit codes {sorted({*codes.values()})}", holds=not any(codes.values()))
    return findings


def _kill_all(product: LiveProduct, crew: Crew, numbers: range) -> tuple[int, int]:
    """Kill all agents at once so often; return how many trainings were killed, and outlived."""
    with ThreadPoolExecutor(len(crew.agents)) as pool:
        ends = pool.map(lambda each: _kill(product, each, numbers), crew.agents.values())
        trainings, orphans = (sum(each) for each in zip(*ends, strict=True))
    return trainings, orphans


def _kill(product: LiveProduct, agent: Member, numbers: range) -> tuple[int, int]:
    """Kill an agent so often; return how many trainings were killed, and how many outlived it."""
    draw = random.Random(f"{agent.spec.name} {numbers.start}")  # noqa: S311 - when to kill
    trainings = orphans = 0
    for number in numbers:
        starts = agent.starts()
        time.sleep(draw.uniform(0, 2))
        if agent.spec.name == "training" and number % 2:
            trainings += _kill_trainings(product, agent, after=draw.uniform(0, 0.5))
        children = agent.trainings()
        agent.kill()
        orphans += _outlived(children)
        until(lambda before=starts: agent.starts() > before)  # type: ignore[misc]
    return trainings, orphans


def _kill_trainings(product: LiveProduct, agent: Member, *, after: float) -> int:
    """Kill what trains for an agent, so many seconds after it was asked to; return how many.

    None where none is begun soon: one that was killed before is begun anew minutes later.
    """
    with product.open() as database, suppress(TimeoutError):
        until(lambda: bool(is_training(database) and agent.trainings()), SOON)
        time.sleep(after)
        children = agent.trainings()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return len(children)
    return 0


def _outlived(children: list[int], seconds: float = 20.0) -> int:
    """Return how many processes did not end soon."""
    with suppress(TimeoutError):
        until(lambda: not any(runs(each) for each in children), seconds)
    return sum(runs(each) for each in children)
