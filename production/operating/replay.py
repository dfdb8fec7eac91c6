"""Operates a product through its own history: real processes and HTTP, on an accelerated clock."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.host.shared_clock import make_clock
from contracts.report.terminal import console
from production.backtest.bar import history_bar
from production.backtest.history import read_history
from production.backtest.state import run_digest, run_folder, run_state
from production.operating.children import TRAFFIC, playing
from production.operating.operation import operate_product, with_port
from production.operating.played import played_until
from production.operating.reports import Ended, Played, Progressed, Report
from production.service.application import is_public
from production.service.folder import make_live_state
from production.service.place import print_line

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.backtest.bar import Show
    from production.operating.supervisor import ProcessSupervisor
    from production.settings import Production, ReplayTraffic

#: How the overrides begin that say how it is operated.
OPERATING = ("task", "traffic", "clock", "paths.live", "paths.output", "serving", "agents")
#: The group of the agents among the supervisor's processes.
AGENTS = 1


def operate_replay(request: Request, config: Production, traffic: ReplayTraffic) -> None:
    """Operate a product through its history; an equal command goes on where this one ended.

    Its state is a folder below ``paths.output``, never the live one.

    Raises:
        ConfigError: The database or the artifacts would be outside of that folder; or the replay
            is to be served by several processes, or by one that takes tokens.
        StateError: It could not be deployed or served.
    """
    _check_serving(config)
    screen, output = console(), Path(config.paths.output)
    with screen.status("reading the history"):
        history = read_history(config)
        digest, start, until = run_digest(config, history), history.product.start, history.until
        del history
    with run_folder(output, digest) as folder:
        run_state(config, folder)
        config = replace(config, paths=replace(config.paths, live=str(folder / "live")))
        config, state = with_port(config), make_live_state(config)
        if not state.clock.exists():
            make_clock(state.clock, start)
        played = played_until(state, config.product.name)
        words = [w for w in request.overrides if not w.lstrip("+~").startswith(OPERATING)]
        words += [f"paths.live={config.paths.live}", "task=status"]
        print_line(f"follow it: {request.command_for(request.entry, *words)}")
        with history_bar(screen, config.product.name, start=start, until=until) as show:
            hear, acts = Director(show, then=traffic.then or _usual_end()).hear, played < until
            operate_product(config, state, on_line=hear, traffic=[playing(config)], acts=acts)


class Director:
    """Follows a replay: shows how far it is, and ends the agents when the history is over.

    Args:
        show: Shows how far it is: the moment, the requests served, and by what.
        then: What to do at the end: ``end``, or ``serve`` until told to end.
    """

    def __init__(self, show: Show, *, then: str) -> None:
        self._show, self._then = show, then
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, supervisor: ProcessSupervisor, name: str, line: str) -> None:
        """Take a line of a process."""
        if name != TRAFFIC:
            print_line(line)
            return
        match msgspec.json.decode(line, type=Report):
            case Progressed(at=at, served=served, by=by):
                self._show(at, served, by)
            case Played():
                task = asyncio.create_task(_settle(supervisor))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case Ended(lines=lines):
                for each in lines:
                    print_line(each)
                if self._then == "end":
                    supervisor.end()
                else:
                    print_line("the engine serves on until it is told to end: Ctrl-C")


async def _settle(supervisor: ProcessSupervisor) -> None:
    """End the agents, so that nothing is trained any more, and have the last outcomes taken."""
    await supervisor.end_group(AGENTS)
    supervisor.say(TRAFFIC, "settle")


def _usual_end() -> str:
    """Return what is done at the end where the configuration does not say: a person may look."""
    return "serve" if sys.stdout.isatty() else "end"


def _check_serving(config: Production) -> None:
    """Refuse an engine that a history cannot be played to.

    Raises:
        ConfigError: It serves in several processes, which follow a manifest one after the other; or
            it takes a token.
    """
    serving = config.serving
    if serving.workers > 1:
        raise ConfigError(
            f"serving.workers={serving.workers}: a history is played to one process",
            hint="serving.workers=1",
        )
    if serving.require_token or is_public(serving.host):
        raise ConfigError(
            "a history is played without a token, and this address takes one",
            hint="serving.host=127.0.0.1 serving.require_token=false",
        )
    if serving.durability != "acknowledged":
        raise ConfigError(
            f"serving.durability={serving.durability}: agents would act before all is logged",
            hint="serving.durability=acknowledged, as traffic=replay has it",
        )
