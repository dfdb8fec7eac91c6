"""The task `evaluate`: scores what a product in service served, once.

    python -m production.service.evaluating

reads a configuration, and does the same: so a serving process evaluates without loading what a
source needs.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError, LiaisonError, exit_code
from contracts.host.controls import printable
from contracts.moment import END_OF_TIME, HOUR, iso
from contracts.report.terminal import console
from production.agents.runtime import live_progress
from production.assembly.evaluation import evaluator
from production.assembly.product import open_product
from production.assembly.serving import open_serving
from production.evaluation import MEMORY, KnownOutcomes, ScoredWindows
from production.registry.evaluations import Evaluations
from production.service.folder import live_state
from production.service.product_clock import product_now
from production.settings import Production, SourceFeedback, check_lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.entry import Request
    from production.metrics import ScoredWindow

#: How long after it arrived an outcome is still looked for: it is stamped before it is committed.
OVERLAP = HOUR


def evaluate(request: Request) -> None:
    """Score the windows that closed since the last time, and print them."""
    config, screen = request.settings(Production), console()
    check_lifecycle(request, config)
    with screen.status("scoring what was served"):
        windows = evaluate_live(config, now=product_now(config))
    for line in _lines(config.product.name, windows):
        screen.print(line, highlight=False, soft_wrap=True)


def evaluate_live(config: Production, *, now: int) -> list[ScoredWindow]:
    """Score the windows that closed by a moment, and those that late outcomes reopened.

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
        first, *_ = serving.manifests.all(name)
        progress = live_progress(serving.database, name)
        fetched = isinstance(config.feedback, SourceFeedback)
        windows = ScoredWindows(product=name, evaluations=Evaluations(serving.database))
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
        agent.step(now)
        return list(windows.all())


def _lines(product: str, windows: list[ScoredWindow]) -> Iterator[str]:
    """Yield the newest window's scores beside the naive baseline's."""
    yield f"{product}: {len(windows):,} windows are scored"
    for window in windows[-1:]:
        scores = ", ".join(
            f"{name} {value:.4g} (naive {window.baseline[name]:.4g})"
            for name, value in window.served.items()
        )
        yield f"{iso(window.start)} to {iso(window.end)}: {window.rows:,} outcomes, {scores}"


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
