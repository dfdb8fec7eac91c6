"""The stages of a lifecycle, and which stage hands what to which, forward and back."""

from itertools import groupby

import msgspec
from msgspec.structs import replace

from contracts.lifecycle.classification import classify
from contracts.lifecycle.taxonomy import TAXONOMY, Lifecycle, Stage

#: What no stage gives: it comes from outside.
OUTSIDE = ("data", "requests", "outcomes")
#: The name of a group of stages, by the kind of who acts in them.
GROUPS = {"person": "people", "agent": "agents", "engine": "engine"}


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A thing one stage hands to another.

    Attributes:
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
    """Consecutive stages of one part or one kind of actor."""

    name: str
    positions: tuple[int, ...]


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of a lifecycle and the edges between them: all that the drawings read."""

    stages: tuple[Stage, ...]
    groups: tuple[Group, ...]
    edges: tuple[Edge, ...]

    def loops(self) -> dict[tuple[int, str], tuple[int, ...]]:
        """Return what is fed back: giver and thing, to the positions that take it."""
        takers: dict[tuple[int, str], tuple[int, ...]] = {}
        for edge in self.edges:
            if edge.back:
                key = edge.giver, edge.thing
                takers[key] = (*takers.get(key, ()), edge.taker)
        return takers

    def arrivals(self) -> tuple[tuple[str, int], ...]:
        """Return what comes from outside: the thing, and the position that takes it."""
        return tuple(
            (thing, position)
            for thing in OUTSIDE
            for position, stage in enumerate(self.stages)
            if thing in stage.takes
        )


def stages(lifecycle: Lifecycle) -> tuple[Stage, ...]:
    """Return a lifecycle's stages in order; a refused combination has none."""
    if classify(lifecycle).verdict == "refused":
        return ()
    rows = tuple(
        stage
        for stage in TAXONOMY.stages
        if all(lifecycle.choice(name) == option for name, option in stage.when.items())
    )
    available = {*OUTSIDE}.union(*(row.gives for row in rows))
    return tuple(
        replace(row, takes=tuple(thing for thing in row.takes if thing in available))
        for row in rows
    )


def flow(lifecycle: Lifecycle) -> Flow:
    """Return the flow of a lifecycle; a refused combination has an empty one.

    The groups are research, development and production where the liaison is dual, and people,
    agents and engine elsewhere.
    """
    rows = stages(lifecycle)
    names = [s.side if lifecycle.liaison == "dual" else GROUPS[s.actor.kind] for s in rows]
    runs = groupby(range(len(rows)), key=names.__getitem__)
    return Flow(
        stages=rows,
        groups=tuple(Group(name=name, positions=tuple(run)) for name, run in runs),
        edges=tuple(
            Edge(giver=giver, taker=taker, thing=thing)
            for taker, row in enumerate(rows)
            for thing in row.takes
            for giver, other in enumerate(rows)
            if thing in other.gives
        ),
    )
