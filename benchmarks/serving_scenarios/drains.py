"""Processes that are told to end under load, beside another one on the same port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.product import make_product
from benchmarks.serving_scenarios.records import logged_events
from benchmarks.serving_scenarios.server import running

if TYPE_CHECKING:
    from pathlib import Path

RATE = 300.0


def drains(folder: Path, *words: str, count: int = 20) -> Findings:
    """End two workers in turn by SIGTERM, at a load of old and of new connections."""
    findings = Findings(f"{count} SIGTERM drains of a worker beside another")
    product = make_product(folder, *words)
    with running(product, "serving.workers=2") as server:
        with (
            server.load("kept", RATE) as kept,
            server.load("fresh", RATE / 2, fresh=True) as fresh,
        ):
            for number in range(count):
                server.replace(str(number % 2 + 1))
        code = server.end()
    findings.none_failed(kept.failed(), len(kept.result.answers))
    findings.none_failed(fresh.failed(), len(fresh.result.answers))
    answered = {each.id for load in (kept, fresh) for each in load.result.answers}
    lost = len(answered - logged_events(product))
    findings.claim(f"{lost} events lost", holds=not lost)
    findings.claim(f"exit code {code}", holds=code == 0)
    return findings
