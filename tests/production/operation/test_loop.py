# ruff: noqa: ARG002, D102 - the double's methods are those of the ports
from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import IntegrityError, StateError
from contracts.host.clock import VirtualClock
from production.agents.result import TrainingResult
from production.feedback.batch import Outcomes, Receipt
from production.generation.description import Candidate
from production.operation.loop import Loop, Parts
from production.triggers import Wake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.operation.progress import Progress

NOTHING = Outcomes(event=[], value=[], arrived=np.array([], np.int64))


class World:
    """Every part of a loop at once: does nothing, and remembers what it was asked, in order."""

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
        self._refused, self._broken = refused, broken
        self.said: list[tuple[Any, ...]] = []
        self.progress: Progress | None = None
        self.selects: list[int] = []
        self.fallbacks = 0

    def transaction(self) -> Any:
        return nullcontext()

    def load(self) -> Progress | None:
        return self.progress

    def save(self, progress: Progress) -> None:
        self.progress = progress

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

    def take(self, arrivals: Outcomes) -> Receipt:
        self.said.append(("take", len(arrivals.event)))
        return Receipt(received=len(arrivals.event), accepted=len(arrivals.event))

    def update(self, runtime: Any) -> None:
        self.selects.append(runtime.promoted)

    def serve(self, requests: pa.Table, engine: object) -> None:
        self.said.append(("serve", requests.num_rows))

    def close(self, moment: int, arrivals: Outcomes, *, since: int) -> None:
        self.said.append(("evaluate", since, moment))

    def windows(self) -> tuple[()]:
        return ()

    def next_close(self, moment: int) -> int | None:
        return None if self._every is None else moment - moment % self._every + self._every

    def due(self, runtime: Any) -> str | None:
        self.said.append(("trigger", runtime.now))
        return "because" if runtime.now in self._due else None

    def wake(self, runtime: Any) -> Wake:
        return self._wakes

    def refresh(self, moment: int, reason: str) -> TrainingResult:
        self.said.append(("train", moment))
        kept = moment not in self._refused
        return TrainingResult(
            at=moment,
            reason=reason,
            promoted=kept,
            candidate=Candidate(release="1.0.0", generation=moment, artifact="") if kept else None,
            why="too bad",
            rows=1,
            seconds=0.0,
            scores={},
        )

    def promote(self, candidate: Candidate, moment: int, engine: object) -> None:
        if moment in self._broken:
            raise IntegrityError("rotten")
        self.said.append(("promote", candidate.generation, moment))

    def restore(self, engine: object) -> None:
        self.said.append(("restore",))

    def loop(self, *, until: int = 100, takes: int = 0) -> Loop:
        given: Any = self
        names = (
            "feed",
            "database",
            "checkpoint",
            "journal",
            "engine",
            "evaluation",
            "trigger",
            "refresher",
            "promotion",
        )
        parts = Parts(clock=VirtualClock(0), **dict.fromkeys(names, given))
        return Loop(parts, start=0, until=until, takes=takes)

    def wakes(self, **options: int) -> list[int]:
        return [step.at for step in self.loop(**options).steps()]


def test_at_one_instant_the_order_is_the_declared_one() -> None:
    """Outcomes, evaluation, trigger, training, promotion, requests; windows meet."""
    world = World(requests=[10, 49, 50], outcomes=[49, 50], every=50, due=[50])
    steps = world.loop().steps()
    next(steps)
    world.said.clear()
    next(steps)
    assert world.said == [
        ("outcomes", 0, 50),
        ("take", 1),
        ("evaluate", 0, 50),
        ("trigger", 50),
        ("train", 50),
        ("promote", 50, 50),
        ("requests", 50, 100),
        ("serve", 1),
    ]


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        pytest.param(World(every=40), [0, 40, 80, 100, 120], id="window close"),
        pytest.param(World(wakes=Wake(at=70)), [0, 70, 100], id="schedule"),
        pytest.param(
            World(requests=[5, 6, 9, 30], wakes=Wake(requests=3)), [0, 10, 100], id="n-th request"
        ),
        pytest.param(
            World(outcomes=[5, 6, 9, 30], wakes=Wake(outcomes=2)),
            [0, 7, 31, 100],
            id="n-th outcome",
        ),
        pytest.param(
            World(outcomes=[20], every=80, wakes=Wake(at=60, outcomes=1)),
            [0, 21, 60, 80, 100, 160],
            id="the earliest of all",
        ),
    ],
)
def test_the_loop_wakes_at_the_earliest_of(world: World, expected: list[int]) -> None:
    """A loop sleeps until something can change, at its end until the last outcome and window."""
    assert world.wakes() == expected


def test_a_training_that_takes_time_is_promoted_at_its_end_and_no_other_runs_meanwhile() -> None:
    """Its end is a wake-up of its own; whatever is due before then waits for it."""
    world = World(requests=[*range(100)], every=10, due=[20, 30, 40, 45])
    wakes = world.wakes(takes=25)
    trained = [said[1] for said in world.said if said[0] == "train"]
    promoted = [said[1:] for said in world.said if said[0] == "promote"]
    assert trained == [0, 20, 45]
    assert promoted == [(0, 0), (20, 45), (45, 70)]
    assert {45, 70} < {*wakes}


def test_a_trigger_that_was_due_during_a_training_is_asked_at_its_end() -> None:
    """Without a window to wake it, a schedule does not end with the first training it overlaps."""
    world = World(wakes=Wake(at=10), due=[10, 40])
    assert 40 in world.wakes(takes=30)
    assert ("train", 40) in world.said


def test_nothing_is_trained_or_deployed_after_the_end() -> None:
    """Outcomes are still waited for; a training that outlasts operation never serves."""
    world = World(outcomes=[150], every=60, due=[60, 100, 120, 151], wakes=Wake(at=60))
    assert world.wakes(takes=50) == [0, 60, 100, 151]
    assert [said for said in world.said if said[0] in {"train", "promote"}] == [
        ("train", 0),
        ("promote", 0, 0),
        ("train", 60),
    ]


def test_the_selector_sees_the_moment_after_the_promotion() -> None:
    """What a selector is told of the generation in service is true when requests come."""
    world = World(requests=[10, 60], every=50, due=[50])
    world.wakes()
    assert world.selects == [0, 50]


def test_a_first_generation_that_is_refused_ends_the_run_with_its_reason() -> None:
    """Nothing was deployed or served, and the training was committed before the end."""
    world = World(requests=[10], refused=[0])
    with pytest.raises(StateError, match="refused: too bad"):
        world.wakes()
    assert not {"promote", "serve"} & {said[0] for said in world.said}
    assert world.progress is not None
    assert world.progress.wake == 0


def test_a_first_generation_that_is_broken_ends_the_run_with_its_reason() -> None:
    """There is nothing to fall back on."""
    with pytest.raises(StateError, match="broken: rotten"):
        World(requests=[10], broken=[0]).wakes()


def test_a_broken_generation_leaves_what_serves_in_service() -> None:
    """The loop says so and goes on; the next generation is promoted as if nothing had been."""
    world = World(requests=[10, 60, 90], every=40, due=[40, 80], broken=[40])
    broken = {step.at: step.broken for step in world.loop().steps()}
    assert broken[40] == "rotten"
    assert broken[80] is None
    assert world.selects == [0, 0, 80]


def test_a_loop_goes_on_from_its_checkpoint() -> None:
    """What is in service is restored first, and no wake-up comes twice."""
    world = World(requests=[10, 60], every=30)
    steps = world.loop().steps()
    first = [next(steps).at for _ in range(2)]
    steps.close()
    world.said.clear()
    rest = world.wakes()
    assert first + rest == World(requests=[10, 60], every=30).wakes()
    assert world.said[0] == ("restore",)
    assert world.wakes() == []
