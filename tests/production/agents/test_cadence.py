"""Evaluation by volume: when windows are scored, and what triggers see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.data.rows import instants, with_outcome
from contracts.errors import ConfigError
from contracts.moment import DAY, END_OF_TIME
from production.registry.agent_decisions import AgentDecisions
from production.registry.evaluations import Evaluations

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")

UNTIL = 31
BY = {
    "outcomes": ("evaluation=volume", "evaluation.outcomes=60"),
    "requests": ("evaluation=volume", "evaluation.outcomes=null", "evaluation.requests=60"),
}


def moments(assembly: Any) -> list[int]:
    """Return when windows were scored."""
    return sorted({each.computed_at for each in Evaluations(assembly.database).all("toy")})


def nth(times: Any, count: int) -> list[int]:
    """Return the first moments by which so many more had come, each from the one before on."""
    found, at = [], 0
    while at + count <= len(times):
        moment = int(times[at + count - 1]) + 1
        found.append(moment)
        at = int(np.searchsorted(times, moment))
    return found


@pytest.mark.parametrize("what", [*BY])
def test_windows_are_scored_when_so_many_more_have_come(
    operation: Callable[..., Any], what: str
) -> None:
    """At the n-th request or outcome, whatever else wakes the loop; what is left at the end."""
    case = operation(*BY[what], until=UNTIL)
    assembly, _ = case.run()
    rows = case.product.source.window(12 * DAY, UNTIL * DAY, known_by=END_OF_TIME)
    if what == "requests":
        expected = nth(instants(rows["time"]), 60)
    else:
        arrived = np.sort(instants(with_outcome(rows)["arrived"]))
        expected = nth(arrived, 60)
    found = moments(assembly)
    during = [each for each in found if each < UNTIL * DAY]
    assert len(during) > 5
    # The first ones may come before a window has closed: then nothing is on record.
    assert {*during} <= {*expected}
    assert {each for each in expected if 13 * DAY < each < UNTIL * DAY} <= {*during}


def test_the_windows_are_those_of_the_calendar(operation: Callable[..., Any]) -> None:
    """In the end each is scored as if by the clock, by generation and segment too."""
    words = ("evaluation.segments=[colour]", "evaluation.every=2d")
    daily, _ = operation(*words, until=UNTIL, state="daily").run()
    volume, _ = operation(*BY["outcomes"], *words, until=UNTIL, state="volume").run()
    assert moments(daily) != moments(volume)
    assert [replace(each, estimate=None) for each in volume.windows.all()] == [
        replace(each, estimate=None) for each in daily.windows.all()
    ]


def test_triggers_see_scores_only_then(operation: Callable[..., Any]) -> None:
    """A refresh by decline is asked for at a moment at which windows were scored."""
    words = ("trigger=decline", "trigger.over=1", "trigger.margin=0.005", "trigger.cooldown=1d")
    case = operation(*BY["outcomes"], *words, until=UNTIL)
    assembly, _ = case.run()
    log = AgentDecisions(assembly.database).between("toy", 0, END_OF_TIME)
    asked = [each.at for each in log if each.why.startswith("decline")]
    assert asked
    assert {*asked} <= {*moments(assembly)}


def test_a_killed_run_scores_at_the_same_moments(operation: Callable[..., Any]) -> None:
    """It counts in the log, so it goes on where the process before ended."""
    whole, _ = operation(*BY["outcomes"], until=20, state="whole").run()
    case = operation(*BY["outcomes"], until=20)
    for _ in range(6):
        with case.open() as assembly:
            next(iter(assembly.loop.steps()), None)
    with case.open() as assembly:
        list(assembly.loop.steps())
        assert moments(assembly) == moments(whole)


@pytest.mark.parametrize("count", ["0", "-1", "1.5"])
def test_a_count_is_a_whole_number_above_none(operation: Callable[..., Any], count: str) -> None:
    """Refused by its key."""
    with pytest.raises(ConfigError, match=r"evaluation\.outcomes"):
        operation("evaluation=volume", f"evaluation.outcomes={count}").build()
