"""The way of things through the stages: who hands what to whom, forward and back."""

from itertools import groupby

import msgspec

from contracts.lifecycle.lifecycle import Lifecycle
from contracts.lifecycle.stage import Stage
from contracts.lifecycle.stages import OUTSIDE, stages

GROUPS = {"person": "people", "agent": "agents", "engine": "engine"}


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A thing one stage hands to another; both by their position.

    Args:
        giver: Position of the stage that makes the thing.
        taker: Position of the stage that needs it; before the giver where it is fed back.
        thing: What is handed over.
    """

    giver: int
    taker: int
    thing: str

    @property
    def back(self) -> bool:
        """Whether the edge closes a loop."""
        return self.giver >= self.taker


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Stages that follow one another in one hand."""

    name: str
    positions: tuple[int, ...]


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of a lifecycle with what joins them; the drawings read nothing else."""

    stages: tuple[Stage, ...]
    groups: tuple[Group, ...]
    edges: tuple[Edge, ...]

    def loops(self) -> dict[tuple[int, str], tuple[int, ...]]:
        """Return what is fed back: giver and thing, to the positions that take it."""
        found: dict[tuple[int, str], tuple[int, ...]] = {}
        for edge in self.edges:
            if edge.back:
                found[edge.giver, edge.thing] = (
                    *found.get((edge.giver, edge.thing), ()),
                    edge.taker,
                )
        return found

    def arrivals(self) -> tuple[tuple[str, int], ...]:
        """Return what comes in from the world: the thing, and the position that takes it."""
        return tuple(
            (thing, position)
            for thing in OUTSIDE
            for position, stage in enumerate(self.stages)
            if thing in stage.takes
        )


def flow(lifecycle: Lifecycle) -> Flow:
    """Return the flow of a lifecycle; a refused combination has an empty one.

    Groups are the sub-groups research, development and production where the liaison is dual, and
    elsewhere who or what acts.
    """
    rows = stages(lifecycle)
    names = [s.side if lifecycle.liaison == "dual" else GROUPS[s.actor.kind] for s in rows]
    runs = groupby(range(len(rows)), key=names.__getitem__)
    return Flow(
        stages=rows,
        groups=tuple(Group(name=name, positions=tuple(run)) for name, run in runs),
        edges=tuple(_edges(rows)),
    )


def _edges(rows: tuple[Stage, ...]) -> list[Edge]:
    return [
        Edge(giver=giver, taker=taker, thing=thing)
        for taker, row in enumerate(rows)
        for thing in row.takes
        for giver, other in enumerate(rows)
        if thing in other.gives
    ]
