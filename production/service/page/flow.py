"""The lifecycle's flow, each stage lit if the one who acts in it is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.lifecycle.flow import flow
from production.service.page.tone import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.lifecycle import Lifecycle
    from contracts.lifecycle.flow import Flow
    from contracts.lifecycle.taxonomy import Actor
    from production.service.page.traffic import EngineTraffic
    from production.service.page.workers import Worker

#: What is said of an actor that is not on record as at work.
WITHOUT: Mapping[str, str] = {
    "integration agent": "on release",
    "generic engine": "not asked",
    "bundled engine": "not asked",
}
#: The lease under which each actor of the taxonomy works, or the process that a supervisor keeps.
LEASES: Mapping[str, str] = {
    "training agent": "training",
    "integration agent": "integration",
    "evaluation agent": "evaluation",
    "generic engine": "engine",
    "bundled engine": "engine",
}


class DrawnStage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of the flow.

    Attributes:
        number: Its number, from 1.
        name: What happens, as a verb.
        actor: Who acts.
        kind: What kind of actor that is.
        side: The part of the lifecycle it belongs to.
        does: What happens, in one line.
        takes: What it needs.
        gives: What it makes.
        tone: Whether the actor is at work; ``quiet`` for people, and where it is not on record.
        note: How that is known, in a few words.
    """

    number: int
    name: str
    actor: str
    kind: Literal["person", "agent", "engine"]
    side: str
    does: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    tone: Tone
    note: str


class DrawnLoop(msgspec.Struct, frozen=True, kw_only=True):
    """What one stage feeds back to earlier ones; stages by their numbers."""

    thing: str
    giver: int
    takers: tuple[int, ...]


class DrawnFlow(msgspec.Struct, frozen=True, kw_only=True):
    """The stages in order, and what is fed back."""

    stages: tuple[DrawnStage, ...]
    loops: tuple[DrawnLoop, ...]


def lit_flow(
    lifecycle: Lifecycle, workers: Sequence[Worker], traffic: EngineTraffic | None
) -> DrawnFlow:
    """Return a lifecycle's flow, lit by who is at work.

    Args:
        lifecycle: The lifecycle.
        workers: The agents and supervised processes.
        traffic: What the serving processes did; none if none was asked.
    """
    drawn = flow(lifecycle)
    return DrawnFlow(
        stages=tuple(_stages(drawn, {each.name: each for each in workers}, traffic)),
        loops=tuple(
            DrawnLoop(thing=thing, giver=giver + 1, takers=tuple(taker + 1 for taker in takers))
            for (giver, thing), takers in drawn.loops().items()
        ),
    )


def _stages(
    drawn: Flow, workers: Mapping[str, Worker], traffic: EngineTraffic | None
) -> Iterator[DrawnStage]:
    for at, stage in enumerate(drawn.stages):
        tone, note = _light(stage.actor, workers, traffic)
        yield DrawnStage(
            number=at + 1,
            name=stage.name,
            actor=stage.actor.name,
            kind=stage.actor.kind,
            side=stage.side,
            does=stage.does,
            takes=stage.takes,
            gives=stage.gives,
            tone=tone,
            note=note,
        )


def _light(
    actor: Actor, workers: Mapping[str, Worker], traffic: EngineTraffic | None
) -> tuple[Tone, str]:
    """Return how a stage is lit by its actor, and how that is known."""
    if actor.kind == "engine" and traffic is not None:
        if 0 in traffic.revisions:
            return "bad", "nothing is deployed"
        return "good", f"{traffic.workers} process{'' if traffic.workers == 1 else 'es'}"
    if worker := workers.get(LEASES.get(actor.name, "")):
        return worker.tone, worker.word
    return "quiet", WITHOUT.get(actor.name, "")
