"""Scores what a product in service served, once.

    python -m production.service.evaluating

reads a configuration: so a serving process evaluates without loading what a source needs. Where the
evaluation agent is at work there is nothing to do.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError, LiaisonError, exit_code
from contracts.host.clock import WallClock
from contracts.host.controls import printable
from contracts.moment import END_OF_TIME, HOUR, duration
from production.agents.runtime import live_progress
from production.assembly.evaluation import evaluator
from production.assembly.product import open_product
from production.assembly.serving import open_serving
from production.evaluation import ScoredWindows
from production.feedback_settings import SourceFeedback
from production.known_outcomes import MEMORY, KnownOutcomes
from production.registry.evaluations import Evaluations
from production.service.agent_status import agent_statuses
from production.service.folder import live_state
from production.service.product_clock import product_now
from production.settings import Production

if TYPE_CHECKING:
    from production.database.database import Database
    from production.metrics import ScoredWindow

#: How long after it arrived an outcome is still looked for: it is stamped before it is committed.
OVERLAP = HOUR


def evaluate_live(config: Production, *, now: int, settle: bool = False) -> list[ScoredWindow]:
    """Score the windows that closed by a moment, and those that late outcomes reopened.

    Args:
        config: The configuration.
        now: The moment.
        settle: Whether to score by what came since, though ``evaluation=volume`` waits for more.

    Returns:
        All windows scored so far, oldest first.

    Raises:
        ConfigError: Nothing is evaluated as it is configured.
        StateError: Nothing is in service.
    """
    if "every" not in config.evaluation:
        raise ConfigError(
            f"evaluation={config.evaluation['name']} scores nothing", hint="evaluation=daily"
        )
    product, state = open_product(config), live_state(config)
    name = product.contract.product
    with open_serving(config, product.contract, state=state) as serving:
        serving.manifests.require(name)
        windows = ScoredWindows(product=name, evaluations=Evaluations(serving.database))
        if _has_agent(config, serving.database):
            return list(windows.all())
        first, *_ = serving.manifests.all(name)
        progress = live_progress(serving.database, name)
        fetched = isinstance(config.feedback, SourceFeedback)
        agent = evaluator(
            config,
            product,
            serving,
            known=KnownOutcomes(
                product.source,
                serving.outcomes,
                product.contract,
                start=first.created_at,
                memory=MEMORY,
            ),
            windows=windows,
            progress=progress,
            taken=lambda: progress.outcomes.load().until if fetched else END_OF_TIME,
            overlap=OVERLAP,
        )
        (agent.settle if settle else agent.step)(now)
        return list(windows.all())


def _has_agent(config: Production, database: Database) -> bool:
    """Return whether a process is the product's evaluation agent."""
    agents = agent_statuses(
        database,
        config.product.name,
        machine=WallClock(),
        lease=duration(config.agents.lease),
    )
    return any(each.name == "evaluation" and each.alive for each in agents)


def main() -> int:
    """Evaluate by the configuration that is read; return the exit code."""
    config = msgspec.json.decode(sys.stdin.buffer.read(), type=Production)
    try:
        evaluate_live(config, now=product_now(config))
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
