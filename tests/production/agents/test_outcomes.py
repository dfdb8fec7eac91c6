from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


def test_every_outcome_is_taken_once_and_says_whether_it_was_late(
    operation: Callable[..., Any],
) -> None:
    """Late is what arrives when the window of its event has closed."""
    asked = operation(until=20)
    built, _ = asked.run()
    progress = built.progress.outcomes.load()
    rows = with_outcome(asked.feed.table)
    total = progress.received
    assert progress.taken == total.received == total.accepted == rows.num_rows
    times, arrived = (instants(rows[name]) for name in ("time", "arrived"))
    assert total.late == int((arrived >= times - times % DAY + DAY).sum()) > 0


def test_a_step_that_is_taken_twice_takes_nothing_more(operation: Callable[..., Any]) -> None:
    """What arrived before a moment is recorded once, also by another process."""
    asked = operation(until=20)
    built = asked.build()
    built.agents.outcomes.step(15 * DAY)
    once = built.progress.outcomes.load()
    for agent in (built.agents.outcomes, asked.build().agents.outcomes):
        agent.step(15 * DAY)
        agent.step(14 * DAY)
    assert built.progress.outcomes.load() == once
    assert once.until == 15 * DAY
    assert once.taken > 50
