from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY, END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_every_outcome_is_taken_once_and_says_whether_it_was_late(
    operation: Callable[..., Any],
) -> None:
    """Late is what arrives when the window of its event has closed."""
    case = operation(until=20)
    assembly, _ = case.run()
    progress = assembly.progress.outcomes.load()
    rows = with_outcome(case.feed.table)
    total = progress.received
    assert progress.taken == total.received == total.accepted == rows.num_rows
    times, arrived = (instants(rows[name]) for name in ("time", "arrived"))
    assert total.late == int((arrived >= times - times % DAY + DAY).sum()) > 0


def test_a_step_that_is_taken_twice_takes_nothing_more(operation: Callable[..., Any]) -> None:
    """What arrived before a moment is recorded once, also by another process."""
    case = operation(until=20)
    assembly = case.build()
    assembly.agents.outcomes.step(15 * DAY)
    once = assembly.progress.outcomes.load()
    for agent in (assembly.agents.outcomes, case.build().agents.outcomes):
        agent.step(15 * DAY)
        agent.step(14 * DAY)
    assert assembly.progress.outcomes.load() == once
    assert once.until == 15 * DAY
    assert once.taken > 50


def test_outcomes_of_another_kind_are_counted_and_end_nothing(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender's mistake is rejected where it enters: windows are scored, and a run goes on."""
    asked = operation(until=18)
    replayed = asked.feed.outcomes

    def mistaken(start: int, end: int) -> Any:
        outcomes = replayed(start, end)
        values: list[Any] = [*outcomes.value]
        values[:3] = ["cancelled", 0.5, None][: len(values)]
        return msgspec.structs.replace(outcomes, value=values)

    monkeypatch.setattr(asked.feed, "outcomes", mistaken)
    built = asked.build()
    steps = built.loop.steps()
    while next(steps).at < 14 * DAY:
        pass
    steps.close()
    again, _ = asked.run()
    total = again.progress.outcomes.load().received
    assert total.rejected >= 9
    assert total.received == total.accepted + total.rejected
    outcome = again.feedback.scored("toy", 0, END_OF_TIME).outcome
    assert len(outcome) == total.accepted
    assert len(again.windows.all()) >= 5
