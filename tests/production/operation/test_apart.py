"""Agents in processes of their own: each goes on from what the others recorded, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")

WORDS = ("trigger.every=3d", "training_takes=20h", "gate.margin=0.02")
UNTIL = 21


def test_agents_stepped_apart_and_twice_leave_what_one_loop_leaves(
    operation: Callable[..., Any], content: Callable[..., Any]
) -> None:
    """Each agent with connections and memory of its own, at the loop's wake-ups: equal tables."""
    whole, steps = operation(*WORDS, until=UNTIL, state="whole").run()
    case = operation(*WORDS, until=UNTIL, state="apart")
    names = ("outcomes", "evaluation", "training", "promotion", "serving")
    apart = {name: getattr(case.build().agents, name) for name in names}
    for step in steps:
        ended = step.at >= UNTIL * DAY
        for name in names[:2] if ended else names:
            moment = step.until if name == "serving" else step.at
            apart[name].step(moment)
            apart[name].step(moment)
    assert content(case.build().database) == content(whole.database)


def test_an_agent_that_lags_behind_catches_up(operation: Callable[..., Any]) -> None:
    """Evaluation scores no further than outcomes were taken, and then all it had missed."""
    case = operation("trigger=never", "gate=open", until=18)
    whole, _ = operation("trigger=never", "gate=open", until=18, state="whole").run()
    assembly = case.build()
    assembly.agents.training.step(12 * DAY)
    assembly.agents.promotion.step(12 * DAY)
    assembly.agents.serving.step(18 * DAY)
    assembly.agents.evaluation.step(15 * DAY)
    assert assembly.windows.all() == ()
    assembly.agents.outcomes.step(15 * DAY + HOUR)
    assembly.agents.evaluation.step(17 * DAY)
    assert [window.end // DAY for window in assembly.windows.all()] == [13, 14, 15]
    last = assembly.agents.evaluation.closes(18 * DAY) + 4 * DAY
    assembly.agents.outcomes.step(last)
    assembly.agents.evaluation.step(last)
    assert assembly.windows.all() == whole.windows.all()


def test_of_several_generations_that_wait_each_is_promoted_once(
    operation: Callable[..., Any],
) -> None:
    """A promotion agent that was away finds all that was trained meanwhile, in order."""
    assembly = operation("gate=open", until=30).build()
    for moment in (12 * DAY, 18 * DAY, 24 * DAY):
        assembly.agents.outcomes.step(moment)
        assembly.agents.training.step(moment)
    assert assembly.manifests.all("toy") == []
    for _ in range(2):
        assert assembly.agents.promotion.step(25 * DAY) is None
    champions = [
        each.document["arms"]["champion"]["generation"] for each in assembly.manifests.all("toy")
    ]
    assert champions == [1, 2, 3]
    assert assembly.progress.training.load().pending[-1].asked == 24 * DAY
