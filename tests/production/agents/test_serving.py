from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import select

from contracts.errors import DataError, StateError
from contracts.moment import DAY, END_OF_TIME
from production.database.tables import EVENTS
from production.feedback.batch import EventReceipt
from production.feedback.events import EventLog
from production.generation.description import Candidate
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_an_event_says_who_served_it_and_how_likely_that_was(
    operation: Callable[..., Any], toy: Any
) -> None:
    """Two arms by halves: each event's generation predicted what was logged, key by key."""
    case = operation("gate=open", until=22)
    assembly = case.build()
    assembly.engine._selector, assembly.engine._build = toy.Halves(), None
    steps = assembly.loop.steps()
    next(steps)
    champion = read(assembly.manifests.current("toy").document).champion
    assembly.agents.promotion._publisher.publish(champion, 12 * DAY, arm="candidate")
    list(steps)
    events = assembly.events.served("toy", 0, END_OF_TIME)
    both = events.time >= 18 * DAY
    assert set(events.generation[~both].tolist()) == {1}
    assert set(events.propensity[~both].tolist()) == {1.0}
    assert set(events.generation[both].tolist()) == {1, 2}
    assert set(events.propensity[both].tolist()) == {0.5}
    pairs = set(zip(np.array(events.key)[both], events.generation[both].tolist(), strict=True))
    assert len(pairs) == len(set(events.key))
    inputs = case.feed.table.select(["colour", "size"])
    for made in assembly.generations.all("toy"):
        candidate = Candidate(release=made.release, generation=made.number, artifact=made.artifact)
        mine = events.generation == made.number
        expected = assembly.loader.load(candidate).predict(inputs.filter(mine))
        assert np.array_equal(events.prediction[mine], expected)


def test_an_event_names_where_its_features_are_and_by_which_manifest_it_was_served(
    operation: Callable[..., Any],
) -> None:
    """Features go by reference; the manifest's revision says what was on offer."""
    assembly, _ = operation("gate=open", until=20).run()
    events = assembly.events.served("toy", 0, END_OF_TIME)
    assert set(events.features) == {"source:toy"}
    late = events.time >= 18 * DAY
    assert set(events.manifest[late].tolist()) == {2}
    assert set(events.manifest[~late].tolist()) == {1}


def test_what_is_served_twice_is_served_once(operation: Callable[..., Any]) -> None:
    """A step of a moment that is past does nothing, also in another process."""
    case = operation("gate=open", until=20)
    assembly = case.build()
    list(assembly.loop.steps())
    events, progress = (
        assembly.events.served("toy", 0, END_OF_TIME),
        assembly.progress.serving.load(),
    )
    for agent in (assembly.agents.serving, case.build().agents.serving):
        agent.step(20 * DAY)
        agent.step(15 * DAY)
    assert assembly.progress.serving.load() == progress
    assert assembly.events.served("toy", 0, END_OF_TIME).id == events.id
    assert progress.served == len(events.id)


def test_nothing_is_served_before_the_first_promotion(operation: Callable[..., Any]) -> None:
    """There is no manifest to follow, and the error says what to do."""
    assembly = operation().build()
    with pytest.raises(StateError, match="no manifest of toy yet"):
        assembly.agents.serving.step(13 * DAY)
    assert assembly.progress.serving.load().until == 12 * DAY


def test_the_selector_sees_the_metrics_after_the_promotion(
    operation: Callable[..., Any], toy: Any
) -> None:
    """What it is given of the generation in service is true when requests come."""
    assembly = operation("gate=open", "trigger.every=3d", until=20).build()
    given = []

    class Watching(toy.Halves):  # type: ignore[misc, name-defined]
        def __call__(self, choice: Any, runtime: Any) -> Any:
            given.append(runtime)
            return super().__call__(choice, runtime)

    assembly.engine._selector, assembly.engine._build = Watching(), None
    list(assembly.loop.steps())
    promoted = [each.created_at for each in assembly.manifests.all("toy")]
    assert len(promoted) == 3
    for runtime in given:
        assert runtime.promoted == max(at for at in promoted if at <= runtime.now)
        assert runtime.since == runtime.promoted
        served = assembly.events.served("toy", runtime.since, runtime.now)
        assert runtime.requests == len(served.id)


def test_a_selector_that_fails_is_counted_and_the_champion_serves(
    operation: Callable[..., Any], toy: Any
) -> None:
    """The count outlives the process."""
    case = operation("gate=open", until=16)
    counts = []
    for _ in range(2):
        assembly = case.build()
        assembly.engine._selector, assembly.engine._build = toy.Raises(), None
        steps = assembly.loop.steps()
        while next(steps).until < 14 * DAY and not counts:
            pass
        counts.append(assembly.progress.serving.load().fallbacks)
        steps.close()
    assert counts[1] > counts[0] > 1
    assert set(assembly.events.served("toy", 0, END_OF_TIME).generation.tolist()) == {1}


def test_a_selector_that_fails_is_counted_once_a_wake_up(
    operation: Callable[..., Any], toy: Any
) -> None:
    """Also at the wake-up that deploys another generation."""
    assembly = operation("gate=open", until=20).build()
    assembly.engine._selector, assembly.engine._build = toy.Raises(), None
    steps = [step for step in assembly.loop.steps() if step.at < 20 * DAY]
    assert len(assembly.manifests.all("toy")) == 2
    assert assembly.progress.serving.load().fallbacks == len(steps)


def test_requests_that_cannot_be_recorded_are_not_served_unsaid(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rejected event would be missing from every score: who operates learns which, and why."""
    receipt = EventReceipt(
        received=3, accepted=2, duplicate=0, rejected=1, rejections=("None: id: expected an id",)
    )
    monkeypatch.setattr(EventLog, "record", lambda *_: receipt)
    with pytest.raises(DataError, match="1 of 3 requests cannot be recorded") as error:
        operation(until=14).run()
    assert error.value.details == receipt.rejections


def test_what_a_shadow_predicted_is_logged_and_not_scored(operation: Callable[..., Any]) -> None:
    """Each served event has one of the mirrored arm's generation; feedback sees none of them."""
    assembly = operation(
        "gate=open", "selector=shadow", "selector.arms=[champion]", until=16
    ).run()[0]
    served = assembly.events.served("toy", 0, END_OF_TIME)
    with assembly.database.reading() as connection:
        rows = connection.execute(select(EVENTS).where(EVENTS.c.shadow == 1)).mappings().all()
    assert {row["id"] for row in rows} == {*served.id}
    assert {(row["generation"], row["propensity"]) for row in rows} == {(1, 0.0)}
    scored = assembly.feedback.scored("toy", 0, END_OF_TIME)
    assert len(scored.id) == len({*scored.id})
