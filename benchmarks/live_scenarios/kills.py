"""Each agent killed again and again while the product serves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating, runs
from benchmarks.live_scenarios.product import is_training, make_product
from benchmarks.live_scenarios.records import (
    await_evaluation,
    check_outcomes,
    check_trainings,
    check_windows,
)
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import p99, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.live_scenarios.crew import Crew, Member
    from benchmarks.live_scenarios.product import LiveProduct

RATE, OUTCOMES = 100.0, 0.2
#: Seconds that are waited for a training to begin.
SOON = 8.0
#: How much longer the 99th percentile of answers may be while agents die.
MOST = 1.1
#: What a process of others does without end: how long answers take beside as many as there are
#: agents says how much of that is the processors' being busy at all.
COMPUTES = "while True: dict.fromkeys(map(str, range(20_000)))"


def kills(folder: Path, *words: str, count: int = 50, judged: bool = True) -> Findings:
    """Kill each agent so many times at random moments, half of the times while a model is trained.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        count: How often.
        judged: Whether the time that answers take counts.
    """
    findings = Findings(f"each agent killed {count} times, and what trains now and then")
    product = make_product(folder, *words, "agents.lease=2s")
    with operating(product, folder) as crew, crew.load("k", RATE, outcomes=OUTCOMES) as load:
        began = time.monotonic()
        time.sleep(20 if judged else 2)
        busy = time.monotonic()
        if judged:
            with _computing(crew):
                time.sleep(20)
        killing = time.monotonic()
        with ThreadPoolExecutor(len(crew.agents)) as pool:
            ends = [*pool.map(lambda each: _kill(product, each, count), crew.agents.values())]
        killed = time.monotonic()
        until(lambda: all(each.starts() for each in crew.agents.values()))
        load.stop()
        await_evaluation(product, load.result.answers)
        codes = crew.end()
    findings.none_failed(load.failed(), len(load.result.answers))
    trainings, orphans = (sum(each) for each in zip(*ends, strict=True))
    findings.claim(f"{trainings} trainings killed", holds=trainings > 0)
    findings.claim(f"{orphans} trainings outlived their agent", holds=not orphans)
    check_trainings(product, findings)
    check_outcomes(product, findings, load.result.outcomes)
    check_windows(product, findings)
    if judged:
        steady, beside, during = (
            p99(load.within([period]))
            for period in ((began + 2, busy), (busy + 2, killing), (killing, killed))
        )
        words_of = f"p99 {steady:.1f} ms alone, {beside:.1f} beside others, {during:.1f} ms then"
        findings.claim(f"{words_of} ({during / steady:.2f} times)", holds=during <= MOST * steady)
    findings.claim(f"exit codes {sorted({*codes.values()})}", holds=not any(codes.values()))
    return findings


@contextmanager
def _computing(crew: Crew) -> Iterator[None]:
    """Let as many processes as there are agents compute, where and as low as agents do."""
    command = (sys.executable, "-c", COMPUTES)
    others = [subprocess.Popen(command) for _ in crew.agents]
    try:
        for other, agent in zip(others, crew.agents.values(), strict=True):
            agent.spec.settle(other.pid)
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def _kill(product: LiveProduct, agent: Member, count: int) -> tuple[int, int]:
    """Kill an agent so often; return how many trainings were killed, and how many outlived it."""
    draw, trainings, orphans = random.Random(agent.spec.name), 0, 0  # noqa: S311 - when to kill
    for number in range(count):
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
