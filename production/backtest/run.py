"""The task `run`: a product through its own history under one lifecycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config import options
from contracts.config.settings import Closed
from contracts.lifecycle import pattern_name
from contracts.report.page import Head, installed_versions
from contracts.report.terminal import console, rich_table, status_updater
from contracts.report.write import write_report
from production.backtest.bar import progress_bar
from production.backtest.history import History, read_history
from production.backtest.lifecycle_run import run_lifecycle
from production.backtest.pages import headline, run_page
from production.backtest.proof import RunProof, prove_run
from production.backtest.result import RunResult, report_data, score_run, write_tracked
from production.backtest.score import Resampling
from production.backtest.state import code_digest, held, run_digest
from production.backtest.tables import monthly_table
from production.declared import read, workable

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.config.entry import Request
    from production.settings import Production

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "duckdb", "sqlalchemy")


class RunOptions(Closed, frozen=True, kw_only=True):
    """The task's own options: how intervals are drawn."""

    bootstrap: Resampling


def run(request: Request) -> None:
    """Run one lifecycle, print its table, and write its report."""
    screen = console()
    config = read(request)
    resampling = options(config.task, RunOptions).bootstrap
    workable(request, config)
    with screen.status("reading the history"):
        history = read_history(config)
    output = Path(config.paths.output)
    result = perform(request, config, history, output, resampling=resampling, screen=screen)
    write_tracked(result, output)
    page = run_page(result, report_head(request, config, history))
    report = write_report(page, report_data(result), output)
    show(result, report, screen)


def report_head(request: Request, config: Production, history: History) -> Head:
    """Return what a report says of its making: product, task, command, digest and versions."""
    return Head(
        product=config.product.name,
        task=config.task.name,
        command=request.command,
        digest=digest(config, history),
        versions=installed_versions(LIBRARIES),
    )


def perform(
    request: Request,
    config: Production,
    history: History,
    output: Path,
    *,
    resampling: Resampling,
    screen: Console,
    proofs: dict[bytes, RunProof] | None = None,
) -> RunResult:
    """Run one lifecycle in its output folder, or go on with it, and score it.

    Args:
        request: What was asked.
        config: Its configuration.
        history: The product and its history.
        output: The run's folder.
        resampling: How intervals are drawn.
        screen: Where to print.
        proofs: Proofs from earlier runs of this process: an equal one is not repeated.
    """
    lifecycle, warnings = workable(request, config)
    with held(output, digest(config, history)) as state:
        if any(state.glob("*.db")):
            screen.print("going on from the state that an equal run left", style="dim")
        with screen.status("equivalence") as status:
            proof = prove_run(
                config.product,
                history.product.contract,
                state,
                liaison=lifecycle.liaison,
                progress=status_updater(status),
                known=proofs,
            )
        start, until = history.product.start, history.until
        with progress_bar(screen, pattern_name(lifecycle), start=start, until=until) as show_step:
            lifecycle_run = run_lifecycle(
                config, lifecycle, history, state, code=code_digest(), tell=show_step
            )
    with screen.status("scoring"):
        return score_run(
            lifecycle_run, history, resampling=resampling, warnings=warnings, proof=proof
        )


def digest(config: Production, history: History) -> str:
    """Return the digest of what a run depends on: not the task, the places, or research's plans."""
    plain: dict[str, Any] = msgspec.to_builtins(config)
    del plain["task"], plain["paths"]
    for key in ("ingest", "learning", "specification"):
        del plain["product"][key]
    return run_digest(plain, data=history.digest, contract=history.product.contract.digest)


def show(result: RunResult, report: Path, screen: Console) -> None:
    """Print the table, warnings, the proof, the headline, and where the report is."""
    screen.print(f"\n{result.product} · {result.run.name}", style="bold", highlight=False)
    screen.print(rich_table(monthly_table(result)))
    for text in (*result.anti_patterns, *result.warnings):
        screen.print(f"! {text}", style="yellow", highlight=False, soft_wrap=True)
    if result.proof:
        screen.print(result.proof.text, highlight=False, soft_wrap=True)
    screen.print(headline(result), highlight=False, soft_wrap=True)
    screen.print(
        f"{result.run.seconds:.1f} s, of which training {result.training_seconds:.1f} s · "
        f"report: {report}",
        highlight=False,
        soft_wrap=True,
    )
