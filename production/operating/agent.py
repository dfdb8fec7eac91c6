"""One agent of a product in service: looks when it is to act, acts, and records how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from production.agents.progress import STAGES, StageProgress, Stored, stage_key, stage_progress
from production.operating.chain import AgentStage, due
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from contracts.host.clock import Clock
    from production.database.database import Database
    from production.operating.chain import CountsArrivals


def nothing(*_: int) -> bool:
    """Do nothing, and return so."""
    return False


class AgentActions(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent does.

    Attributes:
        step: Does what is due at a moment; for one that it acted for it does nothing.
        next: Returns when to act next.
        work: Goes on with what takes longer, and returns whether something came of it.
        is_busy: Returns whether something is under way.
        retry: Lets it try at once, at a moment, what it rests from.
    """

    step: Callable[[int], object]
    next: Callable[[int], Wake]
    work: Callable[[], bool] = nothing
    is_busy: Callable[[], bool] = nothing
    retry: Callable[[int], object] = nothing


class Stages:
    """The agents of one product as they are on record.

    Args:
        product: The product.
        database: Its database.
        machine: The time of the machine.
        lease: How long leases last, microseconds.
        patience: How long an agent that is gone is waited for, microseconds.
        expected: The agents that are being started: they are waited for as long.
        names: The agents, in the order in which they act.
    """

    def __init__(
        self,
        *,
        product: str,
        database: Database,
        machine: Clock,
        lease: int,
        patience: int,
        expected: Collection[str],
        names: Sequence[str] = STAGES,
    ) -> None:
        self._database, self._machine, self._patience = database, machine, patience
        self._product = product
        self._leases = Leases(database, clock=machine, lasts=lease)
        self._checkpoints = Checkpoints(database)
        self._expected, self._since = expected, machine.now()
        self._names = names

    def stored(self, name: str) -> Stored[StageProgress]:
        """Return where an agent's progress is stored."""
        return stage_progress(self._checkpoints, self._product, name)

    def read(self) -> list[AgentStage]:
        """Return all agents in the order in which they act."""
        now = self._machine.now()
        starting = self._expected if now < self._since + self._patience else ()
        with self._database.reading():  # often, so in one go
            ends = {each.name: each.expires_at for each in self._leases.all(self._product)}
            stored = self._checkpoints.load_all(self._product, map(stage_key, self._names))
        return [
            AgentStage(
                name=name,
                progress=self.stored(name).read(stored.get(stage_key(name))),
                alive=name in starting or now < ends.get(name, 0) + self._patience,
            )
            for name in self._names
        ]


class LiveAgent:
    """One agent of a product in service.

    Args:
        name: Its name.
        actor: What it does.
        stages: It and the other agents.
        counted: Says when so many requests or outcomes had come.
        clock: The time of the product.
        start: When the product went into service, microseconds.
        patience: A moment that is missed by more is not made up for, microseconds.
    """

    def __init__(
        self,
        name: str,
        actor: AgentActions,
        *,
        stages: Stages,
        counted: CountsArrivals,
        clock: Clock,
        start: int,
        patience: int,
    ) -> None:
        self._name, self.actor, self._stages, self._counted = name, actor, stages, counted
        self._clock, self._start, self._patience = clock, start, patience
        self._stored = stages.stored(name)

    def poll(self) -> bool:
        """Act if there is something to do, and return whether there was."""
        stages = self._stages.read()
        progress = next(each.progress for each in stages if each.name == self._name)
        if progress.at is None:  # a refresh may be due already if old data were trained on
            self._act(self._start)
            return True
        moment = self._due(stages)
        if moment is not None:
            self._act(moment)
        if self.actor.work():
            self._act(moment or progress.at, steps=False)
            return True
        return moment is not None

    def tick(self, *, again: bool = False) -> int:
        """Act once, though it may not be due yet; return the moment that it acted for.

        Args:
            again: Whether to try what it rests from after failures.
        """
        moment = self._due(self._stages.read()) or self._clock.now()
        if again:
            self.actor.retry(moment)
        self._act(moment)
        return moment

    @property
    def progress(self) -> StageProgress:
        """How far it has come, and when it is to act again."""
        return self._stored.load()

    def _due(self, stages: Sequence[AgentStage]) -> int | None:
        return due(
            self._name,
            stages,
            now=self._clock.now(),
            counted=self._counted,
            patience=self._patience,
        )

    def _act(self, moment: int, *, steps: bool = True) -> None:
        """Act for a moment, and record it with when to act next."""
        if steps:
            self.actor.step(moment)
        progress = StageProgress(at=moment, wake=self.actor.next(moment))
        if progress != self._stored.load():
            self._stored.save(progress, moment)

    def note(self, error: str) -> None:
        """Record why it could not act."""
        progress = msgspec.structs.replace(self._stored.load(), error=error)
        self._stored.save(progress, self._clock.now())
