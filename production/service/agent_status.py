"""The agents of a product in service: which process each is, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.moment import iso
from production.agents.progress import AGENTS, progress, stage_progress
from production.agents.training import FAILURES
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.agents.supervised import SupervisedChild
    from production.database.database import Database

#: Of the agents those that train.
TRAINERS = frozenset({"training", "integration"})


class AgentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One agent; times in microseconds.

    Attributes:
        name: Its name.
        holder: The process that is it, or was last.
        alive: Whether that process holds its lease.
        since: Since when that process is it, by the clock of the machine.
        until: When its lease runs out, or ran out, by the clock of the machine.
        at: The last moment that it acted for; none before the first.
        error: Why it could not act when it last tried; empty if it could.
        failures: How many trainings failed in a row, of an agent that trains.
        rests: Before this moment it trains nothing, since trainings failed; 0 if none did.
    """

    name: str
    holder: str
    alive: bool
    since: int
    until: int
    at: int | None
    error: str
    failures: int = 0
    rests: int = 0


def agent_statuses(
    database: Database, product: str, *, machine: Clock, lease: int
) -> tuple[AgentStatus, ...]:
    """Return the agents that ever acted, in the order in which they act.

    Args:
        database: The live database.
        product: The product.
        machine: The time of the machine.
        lease: How long leases last, microseconds.
    """
    checkpoints, leases = Checkpoints(database), Leases(database, clock=machine, lasts=lease)
    training = progress(checkpoints, product, start=0).training.load()
    held = {each.name: each for each in leases.all(product)}
    statuses = []
    for name in AGENTS:
        if name not in held:
            continue
        trains, stage = name in TRAINERS, stage_progress(checkpoints, product, name).load()
        statuses.append(
            AgentStatus(
                name=name,
                holder=held[name].holder,
                alive=leases.is_held(held[name]),
                since=held[name].granted_at,
                until=held[name].expires_at,
                at=stage.at,
                error=stage.error,
                failures=training.failures if trains else 0,
                rests=training.rests if trains else 0,
            )
        )
    return tuple(statuses)


def agent_line(agent: AgentStatus) -> str:
    """Return what there is to say of an agent, in one line."""
    state = "acts" if agent.alive else f"not running since {iso(agent.until)}"
    words = [f"{agent.name} ({agent.holder}): {state}"]
    if agent.at is not None:
        words.append(f"the last time for {iso(agent.at)}")
    if agent.failures >= FAILURES:
        words.append(f"{agent.failures} trainings failed in a row: none before {iso(agent.rests)}")
    elif agent.failures:
        words.append(f"the last training failed: again from {iso(agent.rests)}")
    if agent.error:
        words.append(f"failed: {agent.error}")
    return ", ".join(words)


def process_line(child: SupervisedChild) -> str:
    """Return what there is to say of a process that a supervisor keeps running, in one line.

    >>> from production.agents.supervised import SupervisedChild
    >>> process_line(SupervisedChild(name="engine", since=0, pid=7, restarts=1, error="ended"))
    'engine (process 7): since 1970-01-01T00:00:00Z, started again 1 times; before that it ended'
    """
    since = iso(child.since)
    if child.pid is not None:
        words = f"{child.name} (process {child.pid}): since {since}"
        if child.restarts:
            words += f", started again {child.restarts} times; before that it {child.error}"
        return words
    if child.is_over:
        return f"{child.name}: ended at {since}" + (f": {child.error}" if child.error else "")
    why = "it ended too often" if child.is_open else "it ended"
    again = "soon" if child.again is None else f"at {iso(child.again)}"
    return f"{child.name}: {why}, the last time at {since}: {child.error}; started again {again}"
