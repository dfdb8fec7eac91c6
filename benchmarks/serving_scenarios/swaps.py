"""Hot swaps under load: no request fails, and what an answer names is what computed it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.product import RELEASE, change, make_product
from benchmarks.serving_scenarios.server import p99, running
from production.agents.records import candidate_of
from production.registry.generations import Generations
from production.service.open_control import control_of

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.serving_scenarios.load import Answer
    from benchmarks.serving_scenarios.product import ScenarioProduct

GENERATIONS, SHARE = 4, 0.7
#: How many swaps follow each other between two steady times.
TOGETHER = 10


def swaps(folder: Path, *words: str, count: int = 100, judged: bool = True) -> Findings:
    """Swap generations in turn, each as soon as the one before serves."""
    findings = Findings(f"{count} hot swaps at {SHARE:.0%} of capacity")
    product = make_product(folder, *words, generations=GENERATIONS)
    steady, swapping = [], []
    with product.open() as serving, running(product, "serving.poll=100ms") as server:
        control = control_of(serving)
        for number in (*range(2, GENERATIONS + 1), 1):  # each is verified once, by both
            decision = control.promote(f"{RELEASE}/{number}", change())
            server.await_revision(decision.detail["manifest"])
        capacity = server.capacity(4 if judged else 1)
        with server.load("s", SHARE * capacity) as load:
            time.sleep(1)
            took = []
            for first in range(0, count, TOGETHER):
                start = time.monotonic()
                time.sleep(3 if judged else 0.5)
                middle = time.monotonic()
                for at in range(first, min(first + TOGETHER, count)):
                    name = f"{RELEASE}/{(at + 1) % GENERATIONS + 1}"
                    began = time.monotonic()
                    decision = control.promote(name, change())
                    server.await_revision(decision.detail["manifest"])
                    took.append(time.monotonic() - began)
                steady.append((start, middle))
                swapping.append((middle, time.monotonic()))
    findings.note(f"capacity {capacity:,.0f}/s")
    findings.none_failed(load.failed(), len(load.result.answers))
    wrong = _wrong(product, load.result.answers)
    findings.claim(f"{wrong} answers by another generation than named", holds=not wrong)
    named = {each.generation for each in load.result.answers}
    findings.claim(f"{len(named)} generations answered", holds=len(named) == GENERATIONS)
    findings.note(f"a swap took {sorted(took)[len(took) // 2]:.2f} s, at most {max(took):.2f} s")
    findings.at_most_twice(p99(load.within(steady)), p99(load.within(swapping)), judged=judged)
    return findings


def _wrong(product: ScenarioProduct, answers: list[Answer]) -> int:
    """Return how many answers are not what the generation that they name predicts."""
    with product.open() as serving:
        predictions = {
            generation.number: product.predictions(serving.loader.load(candidate_of(generation)))
            for generation in Generations(serving.database).all(product.contract.product)
        }
    return sum(
        each.status == 200 and predictions[each.generation][each.record] != each.value
        for each in answers
    )
