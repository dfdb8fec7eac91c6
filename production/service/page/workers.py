"""Who is at work: agents by their leases, and the processes that a supervisor watches over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import StateError
from production.agents.progress import AGENTS, StageProgress, progress, stage_progress
from production.agents.supervised import OPERATOR, OperatorRecord, operator_record
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases
from production.service.page.tone import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.host.clock import Clock
    from production.agents.supervised import SupervisedChild
    from production.database.database import Database
    from production.registry.leases import Lease


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """An agent, or a process that is supervised; times of the machine's clock, microseconds.

    Attributes:
        name: Its name.
        tone: Whether it is at work.
        word: The same in words.
        holder: The process, as it names itself.
        since: Since when it holds its lease, runs, or does not; none if that is not on record.
        until: When its lease runs out, or ran out; none without a lease.
        restarts: How often it was started anew; none if nobody supervises it.
        error: How it ended last; empty if it did not, or in order.
        failure: Why an agent could not act when it last tried; empty if it could.
        circuit: Until when it is not started again, as it ended too often; none while it may be.
        reached: The moment of the product's clock that its work has reached; none before the first.
        excluded: Why the lifecycle leaves it out; empty of one that acts.
    """

    name: str
    tone: Tone
    word: str
    holder: str = ""
    since: int | None = None
    until: int | None = None
    restarts: int | None = None
    error: str = ""
    failure: str = ""
    circuit: int | None = None
    reached: int | None = None
    excluded: str = ""


def read_workers(
    database: Database,
    product: str,
    *,
    reached: Mapping[str, int | None],
    stages: Mapping[str, StageProgress],
    late: int,
    machine: Clock,
) -> tuple[Worker, ...]:
    """Return who works for a product, by name; an agent that its lifecycle excludes is quiet.

    Args:
        database: The live database.
        product: The product.
        reached: How far each agent has come.
        stages: When agents act next, and why they could not.
        late: What was due before this moment of the product's clock is late.
        machine: The clock that grants leases.
    """
    leases = {each.name: each for each in Leases(database, clock=machine, lasts=0).all(product)}
    now, record = machine.now(), _supervisor(Checkpoints(database), product)
    lease = leases.get(OPERATOR)
    is_kept = lease is not None and now < lease.expires_at
    children = {each.name: each for each in record.children}
    found = [
        _worker(
            name,
            leases.get(name),
            children.get(name),
            light=_light(
                leases.get(name),
                children.get(name),
                now,
                is_kept=is_kept,
                is_idle=_is_idle(name, stages.get(name), record, late),
            ),
            reached=reached.get(name),
            failure=stages[name].error if name in stages else "",
        )
        for name in {*leases, *children}
    ]
    found += [
        Worker(name=name, tone="quiet", word="left out", excluded=why)
        for name, why in record.excluded.items()
        if name not in {*leases, *children}
    ]
    return tuple(sorted(found, key=lambda each: each.name))


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


def _supervisor(checkpoints: Checkpoints, product: str) -> OperatorRecord:
    """Return what the supervisor has on record; nothing if other code wrote it."""
    try:
        return operator_record(checkpoints, product).load()
    except StateError:
        return OperatorRecord()


def _worker(
    name: str,
    lease: Lease | None,
    child: SupervisedChild | None,
    *,
    light: tuple[Tone, str],
    reached: int | None,
    failure: str,
) -> Worker:
    tone, word = light
    is_open = child is not None and child.is_open and tone == "bad"
    return Worker(
        name=name,
        tone=tone,
        word=word,
        holder=lease.holder if lease else f"process {child.pid}" if child and child.pid else "",
        since=child.since if child else lease.granted_at if lease else None,
        until=lease.expires_at if lease else None,
        restarts=child.restarts if child else None,
        error=child.error if child else "",
        failure=failure,
        circuit=child.again if child and is_open else None,
        reached=reached,
    )


def _light(
    lease: Lease | None, child: SupervisedChild | None, now: int, *, is_kept: bool, is_idle: bool
) -> tuple[Tone, str]:
    """Return whether one is at work, and how that is known.

    Args:
        lease: Its lease, if it ever held one.
        child: What the supervisor has on record of it.
        now: The moment of the machine's clock.
        is_kept: Whether the supervisor is alive, so that its record is of now.
        is_idle: Whether there is nothing that it should have done by now: a scheduler may start it
            for each step.
    """
    if child and is_kept:
        if child.is_open:
            return "bad", "circuit open"
        if child.again is not None:
            return "warn", "starts again"
        if child.is_over:
            return "quiet", "ended"
    if lease:
        if now < lease.expires_at:
            return "good", "alive"
        return ("quiet", "idle") if is_idle and not (child and is_kept) else ("bad", "not alive")
    return ("good", "runs") if child and child.pid and is_kept else ("quiet", "not known")


def stages_on_record(checkpoints: Checkpoints, product: str) -> Iterator[tuple[str, StageProgress]]:
    """Yield the agents that have acted, with when they act next; unless other code wrote it."""
    for name in AGENTS:
        try:
            stage = stage_progress(checkpoints, product, name).load()
        except StateError:
            continue
        if stage.at is not None:
            yield name, stage


def _is_idle(name: str, stage: StageProgress | None, record: OperatorRecord, late: int) -> bool:
    """Return whether one has nothing to do that was due before a moment."""
    if name == OPERATOR:
        return all(each.is_over for each in record.children)
    return stage is not None and (stage.wake.at is None or stage.wake.at >= late)
