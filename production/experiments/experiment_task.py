"""The task `experiment`: reads the running experiment, as often as anyone likes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import options
from contracts.moment import iso
from contracts.report.terminal import print_and_write
from production.experiments.experiment import ExperimentOptions, ExperimentResult
from production.experiments.experiment_report import (
    arms_table,
    experiment_data,
    experiment_page,
    headlines,
    notes,
)
from production.experiments.head import report_head
from production.experiments.live import open_live_log
from production.experiments.proposal import current_policy
from production.experiments.reading import read_log
from production.service.folder import live_state
from production.service.product_clock import product_clock
from production.settings import Production

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.assembly.state import State


def experiment(request: Request) -> None:
    """Print what the running experiment says by now, and write the report."""
    config = request.settings(Production)
    chosen = options(config.task, ExperimentOptions)
    state = live_state(config)
    result = read_experiment(config, state, chosen, now=product_clock(config, state).now())
    print_and_write(
        experiment_page(result, report_head(request, config)),
        experiment_data(result),
        Path(config.paths.output),
        f"{result.product} · {result.selector} since {iso(result.began)}",
        arms_table(result),
        *headlines(result),
        *(f"  {note}" for note in notes(result)),
    )


def read_experiment(
    config: Production, state: State, chosen: ExperimentOptions, *, now: int
) -> ExperimentResult:
    """Return what a product's live log says of the experiment that runs.

    Raises:
        ConfigError: None of the contract's metrics is a mean of losses.
        StateError: Nothing is deployed, or no experiment is running.
    """
    with open_live_log(config, state, now=now) as live:
        return read_log(
            live.choices,
            live.contract,
            live.history,
            current=current_policy(live.history.newest, live.runtime),
            options=chosen,
        )
