"""The database away for a while under a product in operation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating
from benchmarks.live_scenarios.product import make_product
from benchmarks.live_scenarios.records import (
    await_evaluation,
    check_outcomes,
    check_trainings,
    check_windows,
)
from benchmarks.serving_scenarios.away import cut_way
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until

if TYPE_CHECKING:
    from pathlib import Path

RATE, OUTCOMES = 100.0, 0.2


#: Longer than the longest pause between two tries of an agent, a minute: after that more time away
#: brings nothing but more to log.
SECONDS = 90.0


def away(folder: Path, *words: str, seconds: float = SECONDS) -> Findings:
    """Cut the connection to PostgreSQL, and restore it.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
        seconds: How long it is away.
    """
    findings = Findings(f"PostgreSQL away for {seconds:g} s")
    with cut_way() as (way, url):
        database = ("database=postgresql", f"database.url='{url}'", "agents.lease=4s")
        product = make_product(folder, *words, *database)
        with operating(product, folder) as crew, crew.load("p", RATE, outcomes=OUTCOMES) as load:
            time.sleep(5)
            starts = {name: each.starts() for name, each in crew.agents.items()}
            way.cut()
            time.sleep(seconds)
            way.restore()
            restored = time.monotonic()
            until(lambda: all(each.starts() > starts[name] for name, each in crew.agents.items()))
            findings.note(f"all agents act {time.monotonic() - restored:.1f} s after its return")
            time.sleep(2)
            load.stop()
            await_evaluation(product, load.result.answers)
            codes = crew.end()
        failed = [each for each in load.failed() if "/outcomes" not in each]
        findings.none_failed(failed, len(load.result.answers))
        check_trainings(product, findings)
        check_outcomes(product, findings, load.result.outcomes)
        check_windows(product, findings)
    findings.claim(f"exit codes {sorted({*codes.values()})}", holds=not any(codes.values()))
    return findings
