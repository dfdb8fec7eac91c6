"""A disk that is full while a model is trained: what was asked for stays on record."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating
from benchmarks.live_scenarios.product import NAME, make_product
from benchmarks.live_scenarios.records import check_trainings
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until
from contracts.host.clock import WallClock
from contracts.moment import SECOND
from production.agents.runtime import live_progress
from production.registry.trainings import Trainings

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.live_scenarios.product import LiveProduct

RATE = 50.0
#: Bytes that a file may have: enough for the line that says why it broke off.
LIMIT = 512


def disk(folder: Path, *words: str) -> Findings:
    """Let what trains write next to nothing, and the next process as much as it likes.

    Without a file system of its own, which takes a privilege, the disk is full for that process
    alone: each write fails, by its limit of a file's size.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
    """
    findings = Findings("a full disk while a model is trained")
    product = make_product(folder, *words, seconds=2.0)
    with operating(product, folder) as crew, crew.load("d", RATE) as load:
        agent = crew.agents["training"]
        until(lambda: bool(agent.trainings()))
        (child,) = agent.trainings()
        resource.prlimit(child, resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
        with product.open() as database:
            stored = live_progress(database, NAME).training
            until(lambda: bool((request := stored.load().request) and request.attempts))
            request = stored.load().request
            assert request is not None
            again = (request.again - WallClock().now()) / SECOND
            findings.claim(
                f"it stays on record: {request.attempts} attempt, again in {again:.0f} s",
                holds=request.attempts == 1 and again > 0,
            )
            reason = next(line for line in agent.log.splitlines() if "broke off" in line)
            findings.note(reason.partition("training: ")[2].partition("; again")[0])
            until(lambda: _trained(product, request.at))
            findings.claim("tried again, and recorded", holds=True)
        load.stop()
        codes = crew.end()
    findings.none_failed(load.failed(), len(load.result.answers))
    check_trainings(product, findings)
    findings.claim(f"exit codes {sorted({*codes.values()})}", holds=not any(codes.values()))
    return findings


def _trained(product: LiveProduct, moment: int) -> bool:
    """Return whether a training asked for at a moment is on record, and may serve."""
    with product.open() as database:
        return any(
            each.requested_at == moment and each.verdict == "promoted"
            for each in Trainings(database).all(NAME)
        )
