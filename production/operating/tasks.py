"""The tasks that run one agent: until told to end, or for one step."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from time import sleep
from typing import TYPE_CHECKING

from contracts.config import options
from contracts.config.settings import Closed
from contracts.errors import ConfigError, LifecycleError
from contracts.host.clock import WallClock
from contracts.moment import duration, iso
from contracts.report.result import hand_over
from contracts.report.terminal import console, say
from production.database.database import Database
from production.operating.ending import told_to_end
from production.operating.lifecycle import allowed_agents
from production.operating.run_agent import open_agent, run_agent, seconds
from production.operating.training_worker import TrainingWorker
from production.registry.leases import Leases
from production.service.folder import live_state
from production.settings import AgentName, Production, check_lifecycle

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from production.operating.agent import LiveAgent

#: The agents that tasks run, by the task's name.
AGENTS: dict[str, AgentName] = {
    "train": "training",
    "evaluate": "evaluation",
    "integrate": "integration",
    "parity": "parity",
}


class TickOptions(Closed, frozen=True, kw_only=True):
    """How a step is made."""

    again: bool


def run(request: Request) -> None:
    """Run the agent that the task is named after, until the process is told to end."""
    config = request.settings(Production)
    check_lifecycle(request, config)
    name = _allowed(config, AGENTS[config.task.name])
    stop = told_to_end()
    words = f"%(asctime)s {name}: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=words)
    run_agent(config, name, stop)


def tick(request: Request) -> None:
    """Make one step of one agent, and print what it did; made twice it changes nothing."""
    config, screen = request.settings(Production), console()
    check_lifecycle(request, config)
    chosen = options(config.task, TickOptions)
    if config.agent is None:
        allowed = [name for name, why in allowed_agents(config).items() if why is None]
        raise ConfigError(
            "task=tick makes a step of one agent: which?",
            hint=f"agent={allowed[0]}, or one of {', '.join(allowed[1:])}",
        )
    name = _allowed(config, config.agent)
    with (
        screen.status(f"a step of {name}"),
        closing(TrainingWorker(WallClock())) as worker,
        open_agent(config, name, worker) as opened,
    ):
        if opened is None:
            text = f"nothing was done: {_holder(config, name)} does this work now"
        else:
            agent, _ = opened
            text = _step(agent, again=chosen.again, poll=seconds(config.agents.poll))
    hand_over({"agent": name, "acted": opened is not None, "did": text})
    say(screen, f"{config.product.name} {name}: {text}")


def _step(agent: LiveAgent, *, again: bool, poll: float) -> str:
    """Act once, wait for a training that this begins, and return what was done."""
    moment = agent.tick(again=again)
    while agent.actor.is_busy() and not agent.poll():
        sleep(poll)
    agent.actor.work()
    return f"acted for {iso(moment)}"


def _allowed(config: Production, name: AgentName) -> AgentName:
    """Return an agent, if the lifecycle has it.

    Raises:
        LifecycleError: It does not.
    """
    allowed = allowed_agents(config)
    if (why := allowed[name]) is not None:
        having = [each for each, reason in allowed.items() if reason is None]
        raise LifecycleError(
            f"{config.product.name} has no agent {name}: {why}",
            hint=f"its agents are {', '.join(having)}",
        )
    return name


def _holder(config: Production, name: str) -> str:
    with closing(Database(live_state(config).database)) as database:
        lasts = duration(config.agents.lease)
        leases = Leases(database, clock=WallClock(), lasts=lasts).all(config.product.name)
    return next((each.holder for each in leases if each.name == name), "another process")
