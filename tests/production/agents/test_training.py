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
    assembly = operation(skill=0.9).build()
    with pytest.raises(
        StateError, match=r"first generation was refused: skill.log_loss: log_loss: skill"
    ):
        list(assembly.loop.steps())
    (training,) = assembly.trainings.all("toy")
    assert (training.verdict, training.generation) == ("refused", None)
    assert assembly.generations.all("toy") == []
    assert not assembly.engine.is_deployed
    assert assembly.events.served("toy", 0, END_OF_TIME).id == []


def test_a_challenger_that_is_worse_is_refused_and_the_champion_serves_on(
    operation: Callable[..., Any],
) -> None:
    """Refusals are recorded with both scores and leave no generation; their models are kept."""
    case = operation(learner={"worsens": 3}, until=30)
    assembly, steps = case.run()
    verdicts = [each.verdict for each in assembly.trainings.all("toy")]
    refused = [each for each in assembly.trainings.all("toy") if each.verdict == "refused"]
    assert verdicts[0] == "promoted"
    assert refused
    for each in refused:
        scores = each.detail["scores"]
        assert scores["log_loss"] > scores["champion.log_loss"]
    assert len(assembly.generations.all("toy")) == verdicts.count("promoted")
    published = {each.name for each in (case.state / "artifacts" / "published").iterdir()}
    kept = {each.detail["unserved"] for each in refused}
    assert kept < published
    assert kept == {each.detail["unserved"] for each in assembly.trainings.all("toy")} - {None}
    assert [step.training.verdict for step in steps if step.training] == verdicts


def test_a_training_that_fails_is_recorded_and_the_champion_serves_on(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner that raises ends its training, not the operation."""
    case = operation("gate=open", until=30)
    assembly = case.build()
    builder = assembly.agents.training.trainer._builder
    fit, calls = builder.fit, []

    def failing(rows: Any, **options: Any) -> Any:
        calls.append(len(rows))
        if len(calls) == 2:
            raise MemoryError("too many rows")
        return fit(rows, **options)

    monkeypatch.setattr(builder, "fit", failing)
    list(assembly.loop.steps())
    verdicts = [each.verdict for each in assembly.trainings.all("toy")]
    assert verdicts == ["promoted", "failed", "promoted"]
    failed = assembly.trainings.all("toy")[1]
    assert (failed.detail["why"], failed.rows) == ("MemoryError: too many rows", calls[1])
    assert len(assembly.events.served("toy", 0, END_OF_TIME).id) == case.feed.table.num_rows


@pytest.mark.parametrize(("refit", "days"), [("false", 3), ("true", 0)])
def test_a_training_is_recorded_with_the_moment_that_its_model_learned_to(
    operation: Callable[..., Any], refit: str, days: int
) -> None:
    """The refit's is that of the training; the challenger's lies before the holdout."""
    assembly, _ = operation("gate.holdout=3d", f"gate.refit={refit}", until=20).run()
    trainings = assembly.trainings.all("toy")
    assert [each.requested_at for each in trainings] == [12 * DAY, 18 * DAY]
    for training, generation in zip(trainings, assembly.generations.all("toy"), strict=True):
        assert training.known_by == training.requested_at - days * DAY
        assert (generation.known_by, generation.rows) == (training.known_by, training.rows)
        assert training.detail["serves"] == ("challenger" if days else "refit")


def test_a_training_without_rows_names_the_window_that_it_looked_at(
    operation: Callable[..., Any],
) -> None:
    """Not the whole history, of which it takes the last days alone."""
    assembly = operation("strategy.window=2d", "gate.holdout=3d").build()
    why = "failed: DataError: .* from 1970-01-11T00:00:00Z to 1970-01-13T00:00:00Z .*1970-01-10"
    with pytest.raises(StateError, match=why) as error:
        list(assembly.loop.steps())
    assert "a longer strategy.window" in error.value.message


def test_a_first_generation_that_nobody_can_judge_is_not_deployed(
    operation: Callable[..., Any],
) -> None:
    """The reason and the way on are in the error; the finding is on record."""
    assembly = operation("gate.least=100000").build()
    with pytest.raises(StateError, match=r"undecided: .* 100,000 are needed to judge") as error:
        list(assembly.loop.steps())
    assert "gate.undecided=promote" in error.value.hint
    (training,) = assembly.trainings.all("toy")
    assert (training.verdict, training.generation) == ("undecided", None)
    findings = [(each["rule"], each["verdict"]) for each in training.detail["findings"]]
    assert findings == [("history", "passed"), ("outcomes", "undecided")]


def test_what_nobody_can_judge_serves_where_that_is_declared(
    operation: Callable[..., Any],
) -> None:
    """The finding stays on record beside the verdict."""
    words = ("gate.least=100000", "gate.undecided=promote")
    assembly, _ = operation(*words, until=20).run()
    for training in assembly.trainings.all("toy"):
        assert training.verdict == "promoted"
        assert training.detail["findings"][1]["verdict"] == "undecided"
        assert training.detail["why"].startswith("undecided: ")


def test_a_refused_training_does_not_hurry_the_next_one(
    operation: Callable[..., Any],
) -> None:
    """The schedule counts from the last training that was asked for, whatever its verdict."""
    assembly, _ = operation(learner={"breaks": 2}, until=32).run()
    case = [each.requested_at // DAY for each in assembly.trainings.all("toy")]
    assert case == [12, 18, 24, 30]


def test_predictions_out_of_the_output_schema_are_refused_before_they_are_scored(
    operation: Callable[..., Any],
) -> None:
    """A model that predicts a probability of 1.4 is refused by any gate."""
    assembly, _ = operation("gate=open", learner={"breaks": 2}, until=20).run()
    first, second = assembly.trainings.all("toy")
    assert (first.verdict, second.verdict) == ("promoted", "refused")
    assert "breaks the output schema" in second.detail["why"]


def test_a_model_that_fails_to_predict_is_refused_and_the_champion_serves_on(
    operation: Callable[..., Any],
) -> None:
    """It predicts the golden rows and fails on the holdout: whatever it raises is recorded."""
    case = operation(learner={"fails": 2}, until=20)
    assembly, _ = case.run()
    verdicts = [each.verdict for each in assembly.trainings.all("toy")]
    assert verdicts == ["promoted", "refused"]
    (why,) = [each.detail["why"] for each in assembly.trainings.all("toy")[1:]]
    assert why == "the model fails to predict: FloatingPointError: overflow"
    assert len(assembly.events.served("toy", 0, END_OF_TIME).id) == case.feed.table.num_rows


@pytest.mark.parametrize(
    ("learner", "verdict", "why"),
    [
        ({"breaks": 2}, "refused", "breaks the output schema"),
        ({"raises": 2}, "failed", "MemoryError: too many rows"),
    ],
)
def test_a_release_that_fails_is_recorded_and_the_one_before_serves_on(
    operation: Callable[..., Any], learner: dict[str, int], verdict: str, why: str
) -> None:
    """A person's training may fail, too; it makes no release."""
    words = ("lifecycle=open", "model_updating.release_every=6d")
    case = operation(*words, learner=learner, until=32)
    assembly, _ = case.run()
    first, *others = assembly.trainings.all("toy")
    assert (first.verdict, first.release) == ("promoted", "1.0.0")
    assert [(each.verdict, each.release) for each in others] == [(verdict, "1.0.0")] * 3
    assert all(why in each.detail["why"] for each in others)
    assert len(assembly.generations.all("toy")) == 1
    assert len(assembly.events.served("toy", 0, END_OF_TIME).id) == case.feed.table.num_rows


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
    case = operation(model=f"production_toy.{model}")
    assembly = case.build()
    with pytest.raises(StateError, match=why):
        list(assembly.loop.steps())
    assert [*(case.state / "artifacts" / "published").iterdir()] == []


def test_with_the_gate_open_a_training_sees_all_that_is_known(
    operation: Callable[..., Any],
) -> None:
    """Without a holdout, known_by is the moment itself."""
    assembly, _ = operation("gate=open", until=20).run()
    assert [each.known_by for each in assembly.generations.all("toy")] == [12 * DAY, 18 * DAY]
    why = [each.detail["why"] for each in assembly.trainings.all("toy")]
    assert why == ["no holdout to judge by"] * 2


def test_every_generation_is_of_one_release(operation: Callable[..., Any]) -> None:
    """Autonomous updating makes generations; the code, and so the release, stays."""
    assembly, _ = operation("gate=open", until=30).run()
    assert [(each.release, each.number) for each in assembly.generations.all("toy")] == [
        ("1.0.0", 1),
        ("1.0.0", 2),
        ("1.0.0", 3),
    ]
