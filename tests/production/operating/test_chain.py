"""When each agent acts: all for one moment in their order, then for the next."""

from __future__ import annotations

import pytest

from production.agents.progress import StageProgress
from production.operating.chain import AgentStage, due, next_wake
from production.triggers.port import Wake

NAMES = ("outcomes", "evaluation", "training", "promotion")
PATIENCE = 50


class Counts:
    """Requests and outcomes that come every so many microseconds."""

    def __init__(self, every: int | None = None) -> None:
        self.every = every

    def after_requests(self, start: int, count: int) -> int | None:
        """Return when so many had come; none if none come."""
        return None if self.every is None else start + count * self.every

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the same."""
        return self.after_requests(start, count)

    def after_record(self, start: int) -> int | None:
        """Return when the first thing was recorded: as soon as a request had come."""
        return self.after_requests(start, 1)


def test_record() -> None:
    """Who waits for a record acts once something is recorded, and others do not care."""
    asked = {"training": Wake(recorded=True)}
    counts = Counts(every=5)
    assert due_of(stages(10, 10, 10, 10, wakes=asked), now=15, counts=counts) == {"outcomes": 15}
    assert due_of(stages(10, 10, 10, 10), now=15, counts=counts) == {}


def stages(
    *ats: int | None, wakes: dict[str, Wake] | None = None, gone: str = ""
) -> list[AgentStage]:
    """Return agents that acted last for these moments; those named gone are."""
    return [
        AgentStage(
            name=name,
            progress=StageProgress(at=at, wake=(wakes or {}).get(name, Wake())),
            alive=name not in gone.split(),
        )
        for name, at in zip(NAMES, ats, strict=True)
    ]


def due_of(each: list[AgentStage], *, now: int, counts: Counts | None = None) -> dict[str, int]:
    """Return the moments that agents are to act for, by agent."""
    moments = {
        name: due(name, each, now=now, counted=counts or Counts(), patience=PATIENCE)
        for name in NAMES
    }
    return {name: moment for name, moment in moments.items() if moment is not None}


@pytest.mark.parametrize("acted", range(1, 4))
def test_one_after_the_other(acted: int) -> None:
    """An agent acts for a moment once the one before it has, and no other does meanwhile."""
    ats = [20 if at < acted else 10 for at in range(4)]
    assert due_of(stages(*ats), now=25) == {NAMES[acted]: 20}


@pytest.mark.parametrize(
    ("now", "expected"), [(29, {}), (30, {"outcomes": 30}), (80, {"outcomes": 30})]
)
def test_next_moment(now: int, expected: dict[str, int]) -> None:
    """The first begins the earliest moment that any of them asked for, once it has come."""
    wakes = {"evaluation": Wake(at=40), "training": Wake(at=30)}
    assert due_of(stages(10, 10, 10, 10, wakes=wakes), now=now) == expected


def test_missed_moment() -> None:
    """A moment that is missed by more than the patience is not made up for."""
    wakes = {"training": Wake(at=30)}
    assert due_of(stages(10, 10, 10, 10, wakes=wakes), now=81) == {"outcomes": 81}


@pytest.mark.parametrize("wake", [Wake(requests=3), Wake(outcomes=3)])
def test_counted(wake: Wake) -> None:
    """What depends on how much comes is due when that much had come."""
    each = stages(10, 10, 10, 10, wakes={"training": wake})
    assert due_of(each, now=60) == {}
    assert due_of(each, now=22, counts=Counts(every=4)) == {"outcomes": 22}
    assert next_wake(each, Counts(every=4)) == 22


def test_past_wakes_are_none() -> None:
    """What was asked for no later than the moment that all acted for is no next moment."""
    assert next_wake(stages(10, 10, 10, 10, wakes={"evaluation": Wake(at=10)}), Counts()) is None


@pytest.mark.parametrize("gone", ["outcomes", "evaluation", "training", "promotion"])
def test_gone_is_not_waited_for(gone: str) -> None:
    """The others act without an agent that is gone."""
    wakes = {name: Wake(at=30) for name in NAMES if name != gone}
    each = stages(10, 10, 10, 10, wakes=wakes, gone=gone)
    first = next(name for name in NAMES if name != gone)
    moments = due_of(each, now=30)
    assert moments.pop(first) == 30
    assert set(moments) <= {gone}


def test_back_again() -> None:
    """An agent that was gone acts for the moment that the others are at."""
    assert due_of(stages(30, 10, 30, 30), now=35) == {"evaluation": 30}
    assert due_of(stages(10, 30, 30, 30), now=35) == {"outcomes": 30}


def test_alone() -> None:
    """An agent that runs alone acts by its own wakes."""
    each = stages(
        None, None, 10, None, wakes={"training": Wake(at=30)}, gone="outcomes evaluation promotion"
    )
    assert due("training", each, now=30, counted=Counts(), patience=PATIENCE) == 30
