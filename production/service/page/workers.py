"""Who is at work: agents by their leases, and the processes that a supervisor watches over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import StateError
from production.agents.progress import progress
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases
from production.service.page.tone import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.host.clock import Clock
    from production.database.database import Database
    from production.registry.leases import Lease

#: The checkpoint in which the supervisor says how its processes do.
OPERATOR = "operator"


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """What the supervisor says of one process; what it does not say is none.

    Attributes:
        pid: Its process id; none while it does not run.
        since: When it was started, microseconds of the machine's clock.
        restarts: How often it was started anew.
        error: How it failed last; empty if it did not.
        circuit: Until when it is not started again, microseconds; none while it may be.
    """

    pid: int | None = None
    since: int | None = None
    restarts: int = 0
    error: str = ""
    circuit: int | None = None


class Supervised(msgspec.Struct, frozen=True, kw_only=True):
    """What the supervisor has on record: its processes by name."""

    children: Mapping[str, Child] = {}


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """An agent, or a process that is supervised; times of the machine's clock, microseconds.

    Attributes:
        name: Its name.
        tone: Whether it is at work.
        word: The same in words.
        holder: The process, as it names itself.
        since: Since when it holds its lease, or runs; none if that is not on record.
        until: When its lease runs out, or ran out; none without a lease.
        restarts: How often it was started anew; none if nobody supervises it.
        error: How it failed last; empty if it did not.
        circuit: Until when it is not started again; none while it may be.
        reached: The moment of the product's clock that its work has reached; none before the first.
    """

    name: str
    tone: Tone
    word: str
    holder: str = ""
    since: int | None = None
    until: int | None = None
    restarts: int | None = None
    error: str = ""
    circuit: int | None = None
    reached: int | None = None


def read_workers(
    database: Database, product: str, *, reached: Mapping[str, int | None], machine: Clock
) -> tuple[Worker, ...]:
    """Return who works for a product, by name.

    Args:
        database: The live database.
        product: The product.
        reached: How far each agent has come.
        machine: The clock that grants leases.
    """
    leases = {each.name: each for each in Leases(database, clock=machine, lasts=0).all(product)}
    children = supervised(Checkpoints(database), product).children
    now = machine.now()
    return tuple(
        _worker(name, leases.get(name), children.get(name), reached.get(name), now)
        for name in sorted({*leases, *children})
    )


def supervised(checkpoints: Checkpoints, product: str) -> Supervised:
    """Return what the supervisor has on record; nothing if it is of another form."""
    checkpoint = checkpoints.load(product, OPERATOR)
    if checkpoint is None:
        return Supervised()
    try:
        return msgspec.convert(checkpoint.document, Supervised)
    except msgspec.ValidationError:
        return Supervised()


def _worker(
    name: str, lease: Lease | None, child: Child | None, reached: int | None, now: int
) -> Worker:
    tone, word = _light(lease, child, now)
    return Worker(
        name=name,
        tone=tone,
        word=word,
        holder=lease.holder if lease else f"process {child.pid}" if child and child.pid else "",
        since=lease.granted_at if lease else child.since if child else None,
        until=lease.expires_at if lease else None,
        restarts=child.restarts if child else None,
        error=child.error if child else "",
        circuit=child.circuit if child and child.circuit and child.circuit > now else None,
        reached=reached,
    )


def _light(lease: Lease | None, child: Child | None, now: int) -> tuple[Tone, str]:
    """Return whether it is at work, and how that is known."""
    if child and child.circuit and child.circuit > now:
        return "bad", "circuit open"
    if lease:
        return ("good", "alive") if now < lease.expires_at else ("bad", "not alive")
    return ("good", "runs") if child and child.pid else ("bad", "does not run")


def moments_reached(checkpoints: Checkpoints, product: str) -> Iterator[tuple[str, int | None]]:
    """Yield how far each agent has come, none before its first step.

    One whose progress was written by another version of this code is left out.
    """
    agents = progress(checkpoints, product, start=0)
    documents: Sequence[tuple[str, Any, str]] = (
        ("outcomes", agents.outcomes, "until"),
        ("evaluation", agents.evaluation, "until"),
        ("training", agents.training, "decided"),
        ("promotion", agents.promotion, "handled"),
    )
    for name, stored, field in documents:
        try:
            yield name, getattr(stored.load(), field) or None
        except StateError:
            continue
