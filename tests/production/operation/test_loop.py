from __future__ import annotations

import pytest

from contracts.errors import StateError
from production.triggers.port import Wake
from tests.production.operation.world import World


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
        ("evaluate", 50),
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


def test_a_first_generation_that_is_refused_ends_the_run_with_its_reason() -> None:
    """Nothing was deployed or served, and the training was committed before the end."""
    world = World(requests=[10], refused=[0])
    with pytest.raises(StateError, match="refused: too bad"):
        world.wakes()
    assert not {"promote", "serve"} & {said[0] for said in world.said}
    assert world.progress.training.load().why == "too bad"
    assert world.progress.serving.load().until == 0


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
    assert [said[1:] for said in world.said if said[0] == "promote"] == [(0, 0), (80, 80)]
    assert world.progress.serving.load().served == 3


def test_a_loop_goes_on_where_its_agents_had_come_to() -> None:
    """No wake-up comes twice."""
    world = World(requests=[10, 60], every=30)
    steps = world.loop().steps()
    first = [next(steps).at for _ in range(2)]
    steps.close()
    rest = world.wakes()
    assert first + rest == World(requests=[10, 60], every=30).wakes()
    assert world.wakes() == []


@pytest.mark.parametrize(
    ("world", "why"),
    [(World(refused=[0]), "refused: too bad"), (World(broken=[0]), "broken: rotten")],
    ids=["refused", "broken"],
)
def test_a_run_that_had_nothing_to_serve_ends_again_without_training_again(
    world: World, why: str
) -> None:
    """The reason is on record, and what was trained at that moment is not trained twice."""
    for _ in range(2):
        with pytest.raises(StateError, match=why):
            world.wakes()
    assert [said for said in world.said if said[0] == "train"] == [("train", 0)]
