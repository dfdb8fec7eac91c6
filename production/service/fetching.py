"""The task `feedback`: fetches what came true from a product's source, once.

    python -m production.service.fetching

reads a configuration, does the same, and writes what was taken: so a serving process fetches
without loading what a source needs.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate
from contracts.errors import ConfigError, LiaisonError, exit_code
from contracts.host.controls import printable
from contracts.moment import duration, instant, iso
from contracts.report.result import hand_over
from contracts.report.terminal import console, say
from production.agents.outcomes import OutcomeAgent
from production.agents.runtime import live_progress
from production.assembly.serving import deployed_contract
from production.database.database import Database
from production.feedback.outcomes import OutcomeLog
from production.feedback.source import SourceOutcomes
from production.feedback_settings import SourceFeedback
from production.registry.manifests import Manifests
from production.service.folder import live_state
from production.service.product_clock import product_now
from production.service.window_end import window_end
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.agents.progress import OutcomeProgress

#: What is counted of outcomes, in the order in which it is printed.
COUNTS = ("accepted", "quarantined", "conflicting", "rejected", "duplicate")


def feedback(request: Request) -> None:
    """Fetch the outcomes that arrived in the source since the last time, and print the counts."""
    config, screen = request.settings(Production), console()
    check_lifecycle(request, config)
    with screen.status("reading the source"):
        before, after = fetch_outcomes(config, now=product_now(config))
    taken = {
        name: getattr(after.received, name) - getattr(before.received, name) for name in COUNTS
    }
    hand_over({"until": iso(after.until), **taken})
    counts = [f"{count:,} {name}" for name, count in taken.items()]
    text = f"{config.product.name}: outcomes that arrived before {iso(after.until)} were taken: "
    say(screen, text + ", ".join(counts))


def fetch_outcomes(config: Production, *, now: int) -> tuple[OutcomeProgress, OutcomeProgress]:
    """Take the outcomes that arrived before a moment; return what was taken before, and after.

    Outcomes and how far they were taken are one transaction: a process that is killed, or another
    one at the same time, neither skips one nor takes one twice.

    Raises:
        ConfigError: Outcomes come over HTTP alone.
        DataError: The source cannot answer.
        StateError: Nothing is in service.
    """
    settings = config.feedback
    if not isinstance(settings, SourceFeedback):
        raise ConfigError(
            "feedback=http fetches nothing: clients report outcomes",
            hint="python -m production task=feedback feedback=source",
        )
    contract, state = deployed_contract(config), live_state(config)
    with closing(Database(state.database)) as database:
        Manifests(database).require(contract.product)
        progress = live_progress(database, contract.product).outcomes
        before = progress.load()
        agent = OutcomeAgent(
            target=contract,
            feed=source_outcomes(config, settings, overlap=duration(settings.overlap)),
            log=OutcomeLog(database),
            closes=window_end(config),
            progress=progress,
            database=database,
        )
        agent.step(now)
        return before, progress.load()


def source_outcomes(
    config: Production, settings: SourceFeedback, *, overlap: int
) -> SourceOutcomes:
    """Return the outcomes of a product's source, by when they arrived there.

    Args:
        config: The configuration.
        settings: Its feedback.
        overlap: How long after its arrival an outcome may become visible, microseconds.
    """
    return SourceOutcomes(
        instantiate(config.product.source, "product.source"),
        lookback=duration(settings.lookback),
        overlap=overlap,
        first=0 if settings.since is None else instant(settings.since),
    )


def main() -> int:
    """Fetch outcomes by the configuration that is read; return the exit code."""
    config = msgspec.json.decode(sys.stdin.buffer.read(), type=Production)
    try:
        _, after = fetch_outcomes(config, now=product_now(config))
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    sys.stdout.buffer.write(msgspec.json.encode(after))
    return 0


if __name__ == "__main__":
    sys.exit(main())
