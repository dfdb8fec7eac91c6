"""The loop with its real parts: what is served, by whom, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.data.rows import instants
from contracts.moment import DAY, END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.assembly import Assembly

pytestmark = pytest.mark.usefixtures("toy")


def served(assembly: Assembly) -> Any:
    """Return all that was served."""
    return assembly.events.served("toy", 0, END_OF_TIME)


def test_every_request_is_served_once_by_a_generation_promoted_before_it(
    operation: Callable[..., Any],
) -> None:
    """No request is lost, none is served by a generation of its future."""
    case = operation("gate=open", until=30)
    assembly, _ = case.run()
    events = served(assembly)
    assert events.id == case.feed.table["id"].to_pylist()
    made = {each.number: each.created_at for each in assembly.generations.all("toy")}
    newest = [max(n for n, at in made.items() if at <= time) for time in events.time]
    assert events.generation.tolist() == newest
    assert sorted(set(newest)) == [1, 2, 3]


@pytest.mark.parametrize(("trigger", "every"), [("schedule", "7h"), ("volume", "3d")])
def test_how_often_the_loop_wakes_does_not_change_what_is_served(
    operation: Callable[..., Any], trigger: str, every: str
) -> None:
    """Another evaluation window means other batches, and the same predictions by the same."""
    words = [f"trigger={trigger}", "training_takes=5h"]
    words += ["trigger.every=4d"] if trigger == "schedule" else ["trigger.outcomes=130"]
    one, few = operation(*words, until=23, state="daily").run()
    other, many = operation(*words, f"evaluation.every={every}", until=23, state="other").run()
    mine, theirs = served(one), served(other)
    assert len(few) != len(many)
    assert mine.id == theirs.id
    assert np.array_equal(mine.generation, theirs.generation)
    assert np.array_equal(mine.prediction, theirs.prediction)
    assert len(set(mine.generation.tolist())) > 2


def test_until_a_training_is_over_the_old_generation_serves(operation: Callable[..., Any]) -> None:
    """A refresh asked for at T serves from T + training_takes on, to the microsecond."""
    case = operation("gate=open", "training_takes=30h", until=24)
    assembly, _ = case.run()
    events = served(assembly)
    first = int(events.time[events.generation == 2][0])
    start = 18 * DAY + 30 * DAY // 24
    times = instants(case.feed.table["time"])
    assert first == int(times[np.searchsorted(times, start)])
    second = assembly.generations.all("toy")[1]
    assert second.created_at == 18 * DAY


def test_requests_of_a_wake_up_go_through_in_one_batch(operation: Callable[..., Any]) -> None:
    """A wake-up serves up to the next one, and their counts add up to all requests."""
    case = operation(until=20)
    _, steps = case.run()
    assert sum(step.served for step in steps) == case.feed.table.num_rows
    assert [step.until for step in steps[:-1]] == [step.at for step in steps[1:]]
