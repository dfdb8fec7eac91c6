"""Why something serves, was refused or rolled back, and why nothing was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import delete

from contracts.moment import DAY, HOUR, iso
from production.database.tables import AGENT_DECISIONS
from production.explain.answer import Explanation
from production.serving.arrivals import arrivals
from tests.production.explain.asked import ask, change, control, text

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_the_champion_is_explained_from_its_trigger_to_its_promotion(
    operation: Callable[..., Any],
) -> None:
    """What asked, what it saw, on what it was trained, each rule's figures, which model serves."""
    assembly, _ = operation(until=26).run()
    answer = ask(assembly)
    said = text(answer)
    assert "1.0.0/3 serves toy since 1970-01-25T00:00:00Z (manifest 3)." in said
    assert "The promotion agent promoted it; 1.0.0/2 served before it." in said
    assert "at 1970-01-25T00:00:00Z by the trigger, schedule: every 6d." in said
    assert "outcomes since 1970-01-19T00:00:00Z" in said
    assert "The newest window scored, 1970-01-24T00:00:00Z to 1970-01-25T00:00:00Z, has" in said
    training = assembly.trainings.all("toy")[-1]
    assert f"trained on {training.rows:,} rows" in said
    for finding in training.detail["findings"]:
        assert finding["rule"] == "refit" or finding["why"] in said
    assert "What serves is" in said
    assert said.endswith("Next: the next refresh is due at 1970-01-31T00:00:00Z.")
    assert answer.training is not None
    assert answer.training.asked_by is not None
    assert answer.training.asked_by.detail["requests"] > 0
    assert msgspec.json.decode(msgspec.json.encode(answer), type=Explanation) == answer


def test_a_refused_training_names_the_rule_and_by_how_much(
    operation: Callable[..., Any],
) -> None:
    """And what served on."""
    assembly, _ = operation(learner={"worsens": 3}, until=30).run()
    answer = ask(assembly, "last refused")
    assert answer.training is not None
    rule = answer.training.rule
    finding = next(each for each in answer.training.findings if each.rule == rule)
    assert finding.verdict == "failed"
    assert f"The gate refused it, by its rule {rule}: {finding.why}." in answer.sentences
    served = answer.sentences[-1]
    assert served.endswith(" served on.")
    assert served.startswith(ask(assembly, answer.training.asked_at).services[0].generation)


def test_a_first_training_that_was_refused_is_explained_though_nothing_serves(
    operation: Callable[..., Any],
) -> None:
    """There is no deployment to ask about, and a training on record."""
    assembly = operation(skill=0.9).build()
    with pytest.raises(Exception, match="refused"):
        list(assembly.loop.steps())
    said = text(ask(assembly, "refused"))
    assert (
        "The training, on what was known at 1970-01-13T00:00:00Z, was the product's first." in said
    )
    assert "The gate refused it, by its rule skill.log_loss: log_loss: skill" in said


def test_a_moment_without_an_action_says_why_nothing_was_done(
    operation: Callable[..., Any],
) -> None:
    """What served, what the trigger waited for and saw, and when it was asked again."""
    assembly, _ = operation("gate=open", until=26).run()
    answer = ask(assembly, iso(21 * DAY + HOUR))
    assert answer.sentences[:3] == (
        "At 1970-01-22T01:00:00Z 1.0.0/2 served toy, since 1970-01-19T00:00:00Z (manifest 2).",
        "Nothing was done then, because the next refresh is due at 1970-01-25T00:00:00Z.",
        "So the training agent decided at 1970-01-22T00:00:00Z.",
    )
    assert "The promotion agent decided last at 1970-01-19T00:00:00Z: it promoted 1.0.0/2." in (
        answer.sentences
    )
    assert answer.sentences[-1] == "The training agent was asked next at 1970-01-23T00:00:00Z."


def test_a_moment_at_which_something_was_done_says_what(operation: Callable[..., Any]) -> None:
    """Each decision for it, and the training that it asked for."""
    assembly, _ = operation("gate=open", until=26).run()
    said = text(ask(assembly, iso(18 * DAY)))
    assert "the training agent asked for a training: schedule: every 6d." in said
    assert "the promotion agent promoted 1.0.0/2: " in said
    assert "The gate accepted it: no holdout to judge by." in said or "No gate judged it" in said
    assert "Nothing was done" not in said


def test_a_rollback_says_who_and_why_and_what_serves_since(operation: Callable[..., Any]) -> None:
    """A person's words are quoted; the generation that was rolled back says the same."""
    assembly, _ = operation("gate=open", until=26).run()
    control(assembly).rollback(change(25 * DAY))
    at = "At 1970-01-26T00:00:00Z ada rolled back from 1.0.0/3 to 1.0.0/2: “errors since noon”."
    answer = ask(assembly, "last rollback")
    assert answer.sentences[:3] == (
        at,
        "1.0.0/3 served toy from 1970-01-25T00:00:00Z to 1970-01-26T00:00:00Z (manifest 3).",
        "1.0.0/2 serves toy since 1970-01-26T00:00:00Z (manifest 4).",
    )
    assert ask(assembly, "last") == answer
    ended = "Then ada rolled back from 1.0.0/3 to 1.0.0/2: “errors since noon”."
    assert ended in ask(assembly, "1.0.0/3").sentences
    twice = [each for each in ask(assembly, "1.0.0/2").sentences if "(manifest " in each]
    assert len(twice) == 2
    assert at in text(ask(assembly, "manifest 4"))


def test_an_alarm_that_quarantines_is_explained_with_its_figures(
    operation: Callable[..., Any],
) -> None:
    """The finding of the alarm is the reason."""
    assembly, _ = operation("gate=open", until=26).run()
    (arrival,) = arrivals(assembly.manifests.all("toy"))
    alarmed = change(25 * DAY, who="alarm errors", why="fails on 30 of the last 40 requests")
    control(assembly).withdraw(arrival, alarmed, broken=True)
    said = text(ask(assembly, "1.0.0/3"))
    why = "fails on 30 of the last 40 requests."
    assert f"Then the alarm errors rolled back from 1.0.0/3 to 1.0.0/2: {why}" in said
    assert f"At 1970-01-26T00:00:00Z the alarm errors quarantined 1.0.0/3: {why}" in said
    assert f"the alarm errors quarantined 1.0.0/3: {why}" in text(ask(assembly, "quarantine"))


def test_a_generation_that_waits_for_a_person_says_so(operation: Callable[..., Any]) -> None:
    """It passed the gate, and the champion is pinned."""
    case = operation("gate=open", until=20)
    assembly = case.build()
    steps = assembly.loop.steps()
    next(steps)
    control(assembly).pin(change(12 * DAY, why="holidays"))
    list(steps)
    said = text(ask(assembly, "1.0.0/2"))
    assert said.startswith("1.0.0/2 has never served toy.")
    assert "the promotion agent did nothing: the champion is pinned." in said
    assert "ada pinned 1.0.0/1, so that no refresh takes its place: “holidays”." in text(
        ask(assembly, iso(20 * DAY))
    )


def test_what_older_code_did_not_record_is_named_as_missing(
    operation: Callable[..., Any],
) -> None:
    """Nothing is made up where there is no decision on record."""
    assembly, _ = operation("gate=open", until=20).run()
    with assembly.database.transaction() as connection:
        connection.execute(delete(AGENT_DECISIONS))
    said = text(ask(assembly))
    assert "Who put it there is not on record; 1.0.0/1 served before it." in said
    assert "What the trigger saw is not on record." in said
    assert "the training agent had not been asked yet" in text(ask(assembly, iso(19 * DAY)))
    assert "Who published it is not on record." in text(ask(assembly, "2"))
