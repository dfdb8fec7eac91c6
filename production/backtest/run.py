"""The task `run`: a product through its own history under one lifecycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import instantiate, options
from contracts.lifecycle import pattern_name
from contracts.report.page import Head, installed_versions
from contracts.report.terminal import console, rich_table, say, status_updater
from contracts.report.write import write_report
from contracts.tracking.mirror import mirror
from production.assembly.code import code_digest
from production.assembly.proof import RunProof, prove_run
from production.backtest.bar import progress_bar
from production.backtest.gate_tables import folded, gate_summary, held_back
from production.backtest.history import History, read_history
from production.backtest.lifecycle_run import run_lifecycle
from production.backtest.pages import headline, run_page
from production.backtest.preflight import preflight
from production.backtest.result import RunResult, report_data, score_run, write_tracked
from production.backtest.score import Scoring
from production.backtest.state import run_digest, run_folder
from production.backtest.supposed import supposed_note
from production.backtest.tables import monthly_table
from production.backtest.tracked import tracked_run
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.tracking.port import Tracking

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "duckdb", "sqlalchemy")


def run(request: Request) -> None:
    """Run one lifecycle, print its table, and write its report."""
    screen = console()
    config = request.settings(Production)
    scoring = options(config.task, Scoring)
    check_lifecycle(request, config)
    tracking: Tracking = instantiate(config.tracking, "tracking")
    with screen.status("reading the history"):
        history = read_history(config)
    with screen.status("preflight"):
        say(screen, preflight(config, history), style="dim")
    output = Path(config.paths.output)
    result = run_and_score(request, config, history, output, scoring=scoring, screen=screen)
    write_tracked(result, output)
    head = report_head(request, config, history)
    report = write_report(run_page(result, head), report_data(result), output)
    print_result(result, report, screen)
    tracked = tracked_run(result, config, history, digest=head.digest, command=head.command)
    line = mirror(tracking, config.product.name, tracked, status=screen.status)
    if line:
        say(screen, line)


def report_head(request: Request, config: Production, history: History) -> Head:
    """Return what a report says of its making: product, task, command, digest and versions."""
    return Head(
        product=config.product.name,
        task=config.task.name,
        command=request.command,
        digest=run_digest(config, history),
        versions=installed_versions(LIBRARIES),
    )


def run_and_score(
    request: Request,
    config: Production,
    history: History,
    output: Path,
    *,
    scoring: Scoring,
    screen: Console,
    proofs: dict[bytes, RunProof] | None = None,
    name: str | None = None,
    shared_fits: Path | None = None,
) -> RunResult:
    """Run one lifecycle in its output folder, or resume it there, and score it.

    Args:
        request: The request.
        config: Its configuration.
        history: The product and its history.
        output: The run's folder.
        scoring: How it is scored.
        screen: Where to print.
        proofs: Proofs made for other runs: an equal one is not repeated.
        name: What to call the run; None for its lifecycle's name.
        shared_fits: The folder of the fits that it shares with other runs; None if it shares none.
    """
    lifecycle, warnings = check_lifecycle(request, config)
    warnings = (*history.notes, *supposed_note(config.feedback), *warnings)
    name = name or pattern_name(lifecycle)
    with run_folder(output, run_digest(config, history)) as state:
        if any(state.glob("*.db")):
            screen.print(f"{name}: resuming from the state that an equal run left", style="dim")
        with screen.status("equivalence") as status:
            proof = prove_run(
                config.product,
                history.product.contract,
                state,
                source=history.product.source,
                liaison=lifecycle.liaison,
                progress=status_updater(status),
                known=proofs,
            )
        start, until = history.product.start, history.until
        with progress_bar(screen, name, start=start, until=until) as show_step:
            lifecycle_run = run_lifecycle(
                config,
                lifecycle,
                history,
                state,
                code=code_digest(),
                on_step=show_step,
                shared_fits=shared_fits,
            )
    with screen.status("scoring"):
        return score_run(lifecycle_run, history, scoring=scoring, warnings=warnings, proof=proof)


def print_result(result: RunResult, report: Path, screen: Console) -> None:
    """Print the table, warnings, what the gate decided, the proof, and where the report is."""
    screen.print(f"\n{result.product} · {result.run.name}", style="bold", highlight=False)
    screen.print(rich_table(monthly_table(result)))
    for text in (*result.anti_patterns, *result.warnings):
        say(screen, f"! {text}", style="yellow")
    for text in folded(held_back(result.run.trainings)):
        say(screen, f"! {text}", style="yellow")
    if summary := gate_summary(result.run.trainings):
        say(screen, summary)
    if result.proof:
        say(screen, result.proof.text)
    say(screen, headline(result))
    say(screen, result.verdict.words, style="bold")
    say(
        screen,
        f"{result.run.seconds:.1f} s, of which training {result.run.training_seconds:.1f} s · "
        f"report: {report}",
    )
