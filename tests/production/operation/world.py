# ruff: noqa: ARG002, D102 - the doubles' methods are those of the ports
"""Doubles of all that a loop's agents use, and the agents that use them."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from contracts.errors import IntegrityError
from contracts.host.clock import VirtualClock
from production.agents.outcomes import OutcomeAgent
from production.agents.progress import (
    IntakeProgress,
    OutcomeProgress,
    Progress,
    PromotionProgress,
    RetentionProgress,
    ServingProgress,
    TrainingProgress,
)
from production.agents.promotion import PromotionAgent
from production.agents.records import TrainingResult
from production.agents.runtime import RuntimeMetrics
from production.agents.training import TrainingAgent
from production.feedback.batch import Outcomes, Receipt
from production.generation.description import Candidate
from production.operation import Agents, Loop
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Sequence


class Stored:
    """A document in memory."""

    def __init__(self, first: Any) -> None:
        self.document = first

    def load(self) -> Any:
        return self.document

    def save(self, document: Any, moment: int) -> None:
        self.document = document


class Promotion(PromotionAgent):
    """Promotes without a registry."""

    world: World

    def _verified(self, candidate: Candidate) -> Candidate:
        if candidate.generation in self.world.broken:
            raise IntegrityError("rotten")
        return candidate


class Publisher:
    """Remembers what was published."""

    def __init__(self, world: World) -> None:
        self.world = world

    def publish(self, candidate: Candidate, moment: int) -> Any:
        self.world.said.append(("promote", candidate.generation, moment))
        return SimpleNamespace(revision=1)


class Log:
    """Remembers what was decided."""

    def __init__(self, decided: list[tuple[int, str, str]]) -> None:
        self._decided = decided

    def record(self, moment: int, decision: str, why: str, seen: object) -> None:
        self._decided.append((moment, decision, why))


class World:
    """All that a loop's agents use: does nothing, and remembers what it was case, in order."""

    def __init__(
        self,
        *,
        requests: Sequence[int] = (),
        outcomes: Sequence[int] = (),
        every: int | None = None,
        wakes: Wake = Wake(),  # noqa: B008 - frozen
        due: Sequence[int] = (),
        refused: Sequence[int] = (),
        broken: Sequence[int] = (),
    ) -> None:
        self._requests, self._outcomes = np.array(requests), np.array(outcomes)
        self._every, self._wakes, self._due = every, wakes, due
        self._refused, self.broken = refused, broken
        self.said: list[tuple[Any, ...]] = []
        self.decided: list[tuple[int, str, str]] = []
        documents: Any = {
            "outcomes": Stored(OutcomeProgress(until=0)),
            "evaluation": Stored(None),
            "training": Stored(TrainingProgress()),
            "promotion": Stored(PromotionProgress()),
            "serving": Stored(ServingProgress(until=0)),
            "retention": Stored(RetentionProgress()),
            "intake": Stored(IntakeProgress()),
        }
        self.progress = Progress(**documents)

    def transaction(self) -> Any:
        return nullcontext()

    def requests(self, start: int, end: int) -> pa.Table:
        self.said.append(("requests", start, end))
        inside = self._requests[(self._requests >= start) & (self._requests < end)]
        return pa.table({"time": inside})

    def outcomes(self, start: int, end: int) -> Outcomes:
        self.said.append(("outcomes", start, end))
        inside = self._outcomes[(self._outcomes >= start) & (self._outcomes < end)]
        return Outcomes(
            event=[str(at) for at in inside], value=[True] * len(inside), arrived=inside
        )

    def after_requests(self, start: int, count: int) -> int | None:
        later = self._requests[self._requests >= start]
        return int(later[count - 1]) + 1 if len(later) >= count else None

    def after_outcomes(self, start: int, count: int) -> int | None:
        later = self._outcomes[self._outcomes >= start]
        return int(later[count - 1]) + 1 if len(later) >= count else None

    def last(self) -> int:
        return int(max([*self._requests, *self._outcomes, 0])) + 1

    def record(
        self, product: str, outcomes: Outcomes, *, closes: object, target: object
    ) -> Receipt:
        self.said.append(("take", len(outcomes.event)))
        return Receipt(received=len(outcomes.event), accepted=len(outcomes.event))

    def all(self) -> tuple[()]:
        return ()

    def current(self, product: str) -> None:
        return None

    def since(self, moment: int) -> dict[tuple[int, str], int]:
        return {}

    def due(self, runtime: Any) -> str | None:
        self.said.append(("trigger", runtime.now))
        return "because" if runtime.now in self._due else None

    def wake(self, runtime: Any) -> Wake:
        return self._wakes

    def train(self, moment: int, reason: str) -> TrainingResult:
        self.said.append(("train", moment))
        refused = moment in self._refused
        return TrainingResult(
            at=moment,
            reason=reason,
            verdict="refused" if refused else "promoted",
            why="too bad",
            scores={},
            start=0,
            known_by=moment,
            rows=1,
            seconds=0.0,
            artifact=None if refused else "a",
        )

    def register(self, result: TrainingResult) -> TrainingResult:
        if result.artifact is None:
            return result
        return replace(
            result, candidate=Candidate(release="1.0.0", generation=result.at, artifact="a")
        )

    def loop(self, *, until: int = 100, takes: int = 0) -> Loop:
        given: Any = self
        runtime = RuntimeMetrics(
            self.progress, given, product="p", manifests=given, counts=given, start=0
        )
        target: Any = SimpleNamespace(product="p")
        outcomes = OutcomeAgent(
            target=target,
            feed=given,
            log=given,
            closes=None,
            progress=self.progress.outcomes,
            database=given,
        )
        training = TrainingAgent(
            trigger=given,
            trainer=given,
            records=given,
            runtime=runtime,
            progress=self.progress,
            decisions=given.log(),
            database=given,
            takes=takes,
        )
        nothing: Any = dict.fromkeys(("loader", "artifacts"))
        promotion = Promotion(
            publisher=Publisher(self),  # type: ignore[arg-type]
            pinned=lambda: False,
            progress=self.progress,
            decisions=given.log(),
            database=given,
            **nothing,
        )
        promotion.world = self
        evaluation, serving = Evaluation(self, self._every), Serving(self)
        agents: Any = Agents(
            outcomes=outcomes,
            evaluation=evaluation,  # type: ignore[arg-type]
            training=training,
            promotion=promotion,
            serving=serving,  # type: ignore[arg-type]
        )
        return Loop(
            agents,
            progress=self.progress,
            database=given,
            clock=VirtualClock(0),
            feed=given,
            until=until,
        )

    def log(self) -> Any:
        return Log(self.decided)

    def wakes(self, **options: int) -> list[int]:
        return [step.at for step in self.loop(**options).steps()]


class Evaluation:
    """Closes windows, and scores nothing."""

    def __init__(self, world: World, every: int | None) -> None:
        self._world, self._every = world, every
        self.closes = None if every is None else lambda at: at - at % every + every

    def step(self, moment: int) -> None:
        self._world.said.append(("evaluate", moment))

    settle = step

    def next(self, moment: int) -> Wake:
        return Wake(at=self.closes(moment) if self.closes else None)


class Serving:
    """Serves without an engine."""

    def __init__(self, world: World) -> None:
        self._world = world

    def step(self, until: int) -> None:
        progress = self._world.progress.serving.load()
        requests = self._world.requests(progress.until, until).num_rows
        self._world.said.append(("serve", requests))
        progress = replace(progress, until=until, served=progress.served + requests)
        self._world.progress.serving.save(progress, until)

    def next(self, moment: int) -> Wake:
        return Wake()
