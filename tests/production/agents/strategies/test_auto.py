"""Refreshes that are made where they are worth their cost, on the small product."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from production.agents.strategies.auto import Auto
from production.agents.worth import RULE
from production.metrics import PersonsWord
from production.registry.agent_decisions import AgentDecisions

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")
WORDS = ("strategy=auto", "trigger.every=1d", "gate.margin=null", "gate.step=null")


@pytest.fixture
def auto(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Makes the small product's operation with the learner that counts."""
    learner = {"_target_": "production_toy.TallyLearner"}
    return partial(operation, *WORDS, learner=learner, model="production_toy.Tally", until=22)


def made(assembly: Any) -> list[dict[str, Any]]:
    """Return what each refresh after the first has on record of its worth."""
    return [
        next(each for each in training.detail["findings"] if each["rule"] == RULE)
        for training in assembly.trainings.all("toy")[1:]
    ]


def test_both_kinds_are_compared_and_the_better_one_serves(
    auto: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fit anew that was better on the holdout is what the next refresh goes on from."""
    worth = cycle([0.01, -0.01, -0.02, 0.02])  # of each comparison, and then of what it chose

    def better(*_: Any) -> float:
        return next(worth)

    monkeypatch.setattr(Auto, "_better", better)
    assembly, _ = auto("strategy.second=0").run()
    figures = [each["figures"] for each in made(assembly)]
    lineages = [each.lineage for each in assembly.generations.all("toy")][1:]
    pairs = [*zip(figures, lineages, strict=True)]
    compared = [(each, lineage) for each, lineage in pairs if "advantage" in each]
    assert len(compared) >= 5
    for each, lineage in compared:
        assert {*each} == {"full", "incremental", "advantage", "gain"}
        assert (lineage["strategy"] == "full") == (each["advantage"] > 0)
    assert {lineage["strategy"] for _, lineage in compared} == {"full", "incremental"}


def test_a_refresh_that_is_not_worth_its_price_is_not_made(auto: Callable[..., Any]) -> None:
    """Why is on record, and the trigger counts from there."""
    assembly, _ = auto("strategy.second=1e9").run()
    decisions = AgentDecisions(assembly.database).last("toy", 10_000)
    waits = [each for each in decisions if "not worth it" in each.why]
    assert len(made(assembly)) == 3
    assert len(waits) + 3 == 9  # the days after the first
    assert all(each.why.startswith("schedule: every 1d: not worth it: ") for each in waits)


def test_what_a_person_asks_for_is_made_whatever_it_costs(
    auto: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their word counts more than a price."""
    assembly, steps = auto("strategy.second=1e9").run()
    at = steps[-1].at
    worth = assembly.agents.training._declined.__self__
    assert "not worth it" in worth.declined(at)
    runtime = worth._runtime.at(at)
    word = PersonsWord(at=at, who="ada", action="refresh", why="a new airport")
    asked = replace(runtime, refreshes=replace(runtime.refreshes, said=(word,)))
    monkeypatch.setattr(worth, "_runtime", SimpleNamespace(at=lambda _: asked))
    assert worth.declined(at) is None


def test_a_learner_that_cannot_resume_is_fitted_anew_or_not_at_all(
    operation: Callable[..., Any],
) -> None:
    """There is one kind of refresh; its worth is told by days that the champion did not know."""
    words = ("strategy.second=1e9", "gate.holdout=1d", "trigger.every=2d")
    assembly, _ = operation(*WORDS, *words, until=22).run()
    assert len(assembly.trainings.all("toy")) == 4
    assert all(each.lineage is None for each in assembly.generations.all("toy"))


def test_without_a_holdout_there_is_nothing_to_learn_from(auto: Callable[..., Any]) -> None:
    """It is refused before anything runs."""
    with pytest.raises(ConfigError, match=r"what a refresh is worth: there is none"):
        auto("gate.holdout=0").build()
