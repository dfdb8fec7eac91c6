"""A training that always fails: it is tried later each time, then not for a day."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.live_scenarios.crew import operating
from benchmarks.live_scenarios.product import NAME, make_product
from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.server import until
from contracts.host.clock import WallClock
from contracts.host.shared_clock import ClockSetter, make_clock
from contracts.moment import DAY, MINUTE, duration
from production.agents.progress import stage_progress
from production.agents.training import FAILURES
from production.registry.checkpoints import Checkpoints
from production.registry.trainings import Trainings
from production.service.agent_status import agent_line, agent_statuses

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.live_scenarios.product import LiveProduct
    from production.database.database import Database

AGENTS = ("outcomes", "evaluation", "promotion")


def failing(folder: Path, *words: str) -> Findings:
    """Let a learner raise at each fit, and set the product's clock to each moment that is due.

    Args:
        folder: Where everything is.
        words: Overrides of the product's configuration.
    """
    findings = Findings("a training that always fails")
    product = make_product(folder, *words, raises=1)
    make_clock(product.state.clock, product.start)
    with operating(product, folder, skip=AGENTS) as crew, product.open() as database:
        setter = ClockSetter(product.state.clock)
        for count in range(1, FAILURES + 1):
            _advance(database, setter, count)
        times, status = _failed(database), _status(product, database)
        _advance(database, setter, FAILURES + 1)
        rest = _failed(database)[-1] - times[-1]
        code = crew.end()["training"]
    gaps = [(after - at) // MINUTE for at, after in pairwise(times)]
    findings.claim(f"minutes between the tries: {gaps}", holds=gaps == [1, 2, 4, 8])
    findings.claim(f"after {FAILURES} it rests for {rest / DAY:g} d, then tries", holds=rest == DAY)
    words_of = f"{FAILURES} trainings failed in a row: none before"
    findings.claim(f"task=status: {status}", holds=words_of in status)
    findings.claim(f"exit code {code}", holds=code == 0)
    return findings


def _advance(database: Database, setter: ClockSetter, count: int) -> None:
    """Set the clock to each moment at which the agent is to act, until so many trainings failed."""
    stored = stage_progress(Checkpoints(database), NAME, "training")

    def is_there() -> bool:
        wake = stored.load().wake.at
        if wake is not None:
            setter.hold(wake)
        return len(_failed(database)) >= count

    until(is_there)


def _failed(database: Database) -> list[int]:
    """Return the moments of the trainings that failed."""
    return [each.requested_at for each in Trainings(database).all(NAME) if each.verdict == "failed"]


def _status(product: LiveProduct, database: Database) -> str:
    lease = duration(product.config.agents.lease)
    agents = agent_statuses(database, NAME, machine=WallClock(), lease=lease)
    return next(agent_line(each) for each in agents if each.name == "training")
