"""The task `replay`: judges a selector on logged events before anyone publishes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.config import options
from contracts.report.terminal import print_and_write
from production.experiments.head import report_head
from production.experiments.live import open_live_log
from production.experiments.proposal import current_policy, proposed_policy
from production.experiments.replay import ReplayOptions, SelectorReplay, replay_log
from production.experiments.replay_report import (
    estimates_table,
    gates_table,
    headline,
    notes,
    replay_data,
    replay_page,
    shares_table,
)
from production.service.folder import live_state
from production.service.product_clock import product_clock
from production.settings import Production

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.assembly.state import State


def replay(request: Request) -> None:
    """Print whether the configured selector would be better, and write the report."""
    config = request.settings(Production)
    chosen = options(config.task, ReplayOptions)
    state = live_state(config)
    result = read_replay(config, state, chosen, now=product_clock(config, state).now())
    gates = gates_table(result, chosen.gates)
    print_and_write(
        replay_page(result, chosen.gates, report_head(request, config)),
        replay_data(result, chosen.gates),
        Path(config.paths.output),
        f"{result.product} · {result.proposed.name} instead of {result.current.name}",
        shares_table(result),
        *([estimates_table(result)] if result.evidence[result.basis].estimates else ()),
        *((gates,) if gates else ()),
        headline(result),
        *(f"  {note}" for note in notes(result)),
    )


def read_replay(
    config: Production, state: State, chosen: ReplayOptions, *, now: int
) -> SelectorReplay:
    """Return what a product's live log says of the configured selector.

    Raises:
        ConfigError: None of the contract's metrics is a mean of losses.
        StateError: Nothing is deployed, or the selector cannot share the traffic of its arms.
    """
    with open_live_log(config, state, now=now) as live:
        return replay_log(
            live.choices,
            live.contract,
            live.history,
            proposed=proposed_policy(config, live.history.newest, live.runtime),
            current=current_policy(live.history.newest, live.runtime),
            options=chosen,
        )
