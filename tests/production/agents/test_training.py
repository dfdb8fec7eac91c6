from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import StateError
from contracts.moment import DAY, END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_a_first_generation_without_skill_stops_the_run_with_the_reason(
    operation: Callable[..., Any],
) -> None:
    """Nothing is deployed, nothing served, and the training stays on record as refused."""
    built = operation(skill=0.9).build()
    with pytest.raises(StateError, match=r"first generation was refused: log_loss: skill"):
        list(built.loop.steps())
    (training,) = built.trainings.all("toy")
    assert (training.verdict, training.generation) == ("refused", None)
    assert built.generations.all("toy") == []
    assert built.engine.champion is None
    assert built.events.served("toy", 0, END_OF_TIME).id == []


def test_a_challenger_that_is_worse_is_refused_and_the_champion_serves_on(
    operation: Callable[..., Any],
) -> None:
    """Refusals are recorded with both scores, and leave neither generation nor artifact."""
    asked = operation(learner={"worsens": 2}, until=30)
    built, steps = asked.run()
    verdicts = [each.verdict for each in built.trainings.all("toy")]
    refused = [each for each in built.trainings.all("toy") if each.verdict == "refused"]
    assert verdicts[0] == "promoted"
    assert refused
    for each in refused:
        scores = each.detail["scores"]
        assert scores["log_loss"] > scores["champion.log_loss"]
    assert len(built.generations.all("toy")) == verdicts.count("promoted")
    published = asked.state / "artifacts" / "published"
    assert len([*published.iterdir()]) == verdicts.count("promoted")
    assert [step.training.verdict for step in steps if step.training] == verdicts


def test_a_training_that_fails_is_recorded_and_the_champion_serves_on(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner that raises costs its training, not the operation."""
    asked = operation("gate=open", until=30)
    built = asked.build()
    builder = built.agents.training._trainer._builder
    fit, calls = builder.fit, []

    def failing(rows: Any) -> Any:
        calls.append(len(rows))
        if len(calls) == 2:
            raise MemoryError("too many rows")
        return fit(rows)

    monkeypatch.setattr(builder, "fit", failing)
    list(built.loop.steps())
    verdicts = [each.verdict for each in built.trainings.all("toy")]
    assert verdicts == ["promoted", "failed", "promoted"]
    failed = built.trainings.all("toy")[1]
    assert (failed.detail["why"], failed.rows) == ("MemoryError: too many rows", calls[1])
    assert len(built.events.served("toy", 0, END_OF_TIME).id) == asked.feed.table.num_rows


def test_a_refused_attempt_does_not_hurry_the_next_one(operation: Callable[..., Any]) -> None:
    """The schedule counts from the last request, whatever came of it."""
    built, _ = operation(learner={"breaks": 2}, until=32).run()
    asked = [each.requested_at // DAY for each in built.trainings.all("toy")]
    assert asked == [12, 18, 24, 30]


def test_predictions_out_of_the_output_schema_are_refused_before_they_are_scored(
    operation: Callable[..., Any],
) -> None:
    """A probability of 1.4 is no generation, with whatever gate."""
    built, _ = operation("gate=open", learner={"breaks": 2}, until=20).run()
    first, second = built.trainings.all("toy")
    assert (first.verdict, second.verdict) == ("promoted", "refused")
    assert "breaks the output schema" in second.detail["why"]


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("Rounded", "golden set is .* off"),
        ("Unreadable", "does not load: ZeroDivisionError"),
    ],
)
def test_what_does_not_read_back_as_it_was_is_never_published(
    operation: Callable[..., Any], model: str, why: str
) -> None:
    """The golden set is checked from the packed files, before they become an artifact."""
    asked = operation(model=f"production_toy.{model}")
    built = asked.build()
    with pytest.raises(StateError, match=why):
        list(built.loop.steps())
    assert [*(asked.state / "artifacts" / "published").iterdir()] == []


def test_with_the_gate_open_a_training_sees_all_that_is_known(
    operation: Callable[..., Any],
) -> None:
    """Without a holdout, known_by is the moment itself."""
    built, _ = operation("gate=open", until=20).run()
    assert [each.known_by for each in built.generations.all("toy")] == [12 * DAY, 18 * DAY]
    why = [each.detail["why"] for each in built.trainings.all("toy")]
    assert why == ["no holdout to judge by"] * 2


def test_every_generation_is_of_one_release(operation: Callable[..., Any]) -> None:
    """Autonomous updating makes generations; the code, and so the release, stays."""
    built, _ = operation("gate=open", until=30).run()
    assert [(each.release, each.number) for each in built.generations.all("toy")] == [
        ("1.0.0", 1),
        ("1.0.0", 2),
        ("1.0.0", 3),
    ]
