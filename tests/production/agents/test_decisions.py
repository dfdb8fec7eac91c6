"""What agents decide is on record, a "no" too, with what they saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.moment import DAY, END_OF_TIME
from production.registry.agent_decisions import AgentDecisions
from production.registry.decisions import Decisions, RecordedDecision
from tests.production.agents.test_promotion import corrupt, with_one_waiting
from tests.production.operation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.registry.agent_decisions import AgentDecision

pytestmark = pytest.mark.usefixtures("toy")


def decided(assembly: Any, agent: str) -> list[AgentDecision]:
    """Return the decisions of one agent, oldest first."""
    every = AgentDecisions(assembly.database).between("toy", 0, END_OF_TIME)
    return [each for each in every if each.agent == agent]


def test_at_each_wake_up_the_training_agent_says_whether_to_train_and_why(
    operation: Callable[..., Any],
) -> None:
    """A "no" names the date that it waits for; a yes is the training's own reason."""
    assembly, steps = operation("gate=open", until=26).run()
    decisions = decided(assembly, "training")
    assert [each.at for each in decisions] == [step.at for step in steps if step.at < 26 * DAY]
    trained = [(each.at, each.why) for each in decisions if each.decision == "train"]
    trainings = assembly.trainings.all("toy")
    assert trained == [(each.requested_at, each.reason) for each in trainings]
    no = next(each for each in decisions if each.decision == "wait")
    assert no.why == "the next refresh is due at 1970-01-19T00:00:00Z"


@pytest.mark.parametrize(
    "trigger", ["trigger=volume trigger.outcomes=150", "trigger=schedule trigger.every=4d"]
)
def test_trainings_are_asked_for_by_all_that_was_served_and_returned(
    operation: Callable[..., Any], trigger: str
) -> None:
    """What was seen by each training, and what is counted since the last, is all there was."""
    assembly, _ = operation("gate=open", *trigger.split(), until=26).run()
    trained = [each.seen for each in decided(assembly, "training") if each.decision == "train"]
    since = assembly.agents.training._runtime.at(26 * DAY)
    assert len(trained) > 2
    served = assembly.progress.serving.load().served
    taken = assembly.progress.outcomes.load().taken
    assert sum(each["requests"] for each in trained) + since.requests == served
    assert sum(each["outcomes"] for each in trained) + since.outcomes == taken


def test_what_arrives_while_a_training_is_asked_for_counts_for_the_next_one(
    operation: Callable[..., Any],
) -> None:
    """The trigger fires and the count begins anew in one moment: no event falls in between."""
    assembly, _ = operation("gate=open", until=16).run()
    training, progress = assembly.agents.training, assembly.progress

    class Busy:
        """Fires; meanwhile five requests are served and three outcomes come back."""

        def due(self, runtime: Any) -> str:
            serving, outcomes = progress.serving.load(), progress.outcomes.load()
            more = {"served": serving.served + 5}
            progress.serving.save(msgspec.structs.replace(serving, **more), runtime.now)
            more = {"taken": outcomes.taken + 3}
            progress.outcomes.save(msgspec.structs.replace(outcomes, **more), runtime.now)
            return "busy"

    training._trigger = Busy()
    before = training._runtime.at(16 * DAY)
    assert training.ask(16 * DAY)
    after = training._runtime.at(16 * DAY)
    assert (after.requests, after.outcomes, after.since) == (5, 3, 16 * DAY)
    last = decided(assembly, "training")[-1]
    assert (last.seen["requests"], last.seen["outcomes"]) == (before.requests, before.outcomes)


def test_while_a_training_runs_another_one_waits_and_says_so() -> None:
    """It names the training, and the moment it ends where that is known."""
    world = World(requests=range(0, 60, 2), every=5, due=(20, 25))
    world.wakes(until=60, takes=12)
    whys = {at: why for at, decision, why in world.decided if decision == "wait"}
    assert whys[25].startswith("a training runs, asked for at 1970-01-01T00:00:00.00002")
    assert whys[25].endswith("which ends at 1970-01-01T00:00:00.000032Z")


def test_a_training_that_is_not_recorded_yet_keeps_another_from_being_asked_for(
    operation: Callable[..., Any],
) -> None:
    """Its process is still at work: what waits says since when."""
    assembly, _ = operation("gate=open", until=16).run()
    training = assembly.agents.training
    training._trigger = type("Always", (), {"due": lambda *_: "always"})()
    assert training.ask(16 * DAY)
    for moment in (16, 17, 17):
        assert training.ask(moment * DAY)
    at = [(each.at // DAY, each.decision) for each in decided(assembly, "training")[-2:]]
    assert at == [(16, "train"), (17, "wait")]
    last = decided(assembly, "training")[-1]
    assert last.why == "a training runs, asked for at 1970-01-17T00:00:00Z"


def test_each_promotion_is_recorded_with_its_generation_and_manifest(
    operation: Callable[..., Any],
) -> None:
    """Nothing is said at the wake-ups at which nothing could be promoted."""
    assembly, _ = operation("gate=open", "training_takes=1d", until=22).run()
    recorded = [
        (each.at // DAY, each.decision, each.seen["generation"], each.seen["manifest"])
        for each in decided(assembly, "promotion")
    ]
    assert recorded == [(12, "promote", "1.0.0/1", 1), (19, "promote", "1.0.0/2", 2)]


def test_a_generation_that_cannot_serve_is_refused_on_record(
    operation: Callable[..., Any],
) -> None:
    """With what is wrong with it."""
    case = operation("gate=open", "training_takes=1d", until=22)
    assembly, steps = with_one_waiting(case)
    corrupt(case.state / "artifacts" / "published" / assembly.generations.all("toy")[1].artifact)
    list(steps)
    last = decided(assembly, "promotion")[-1]
    assert (last.at, last.decision, last.seen["generation"]) == (19 * DAY, "refuse", "1.0.0/2")
    assert "differs from its listed digest" in last.why


def test_a_generation_that_waits_for_a_person_is_on_record_once_for_each_moment(
    operation: Callable[..., Any],
) -> None:
    """However often the agent steps at that moment."""
    assembly, steps = with_one_waiting(operation("gate=open", until=31))
    pin = RecordedDecision(product="toy", at=0, who="ada", action="pin", why="holidays", detail={})
    Decisions(assembly.database).record(pin)
    while (last := next(steps).at) < 24 * DAY:
        pass
    assembly.agents.promotion.step(last)
    waits = [each for each in decided(assembly, "promotion") if each.decision == "wait"]
    assert [(each.at, each.seen["generation"]) for each in waits] == [(24 * DAY, "1.0.0/3")]
    assert waits[0].why == "the champion is pinned"
