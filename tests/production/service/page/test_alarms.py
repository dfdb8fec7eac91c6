"""What a person should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY, HOUR, MINUTE, SECOND
from production.service.page import alarms
from production.service.page.returned import Returned
from production.service.page.traffic import TrafficWatch
from production.service.page.workers import Worker
from tests.production.service.page.conftest import decision, manifest, training
from tests.production.service.page.test_traffic import families

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = 20 * DAY


def returned(**changes: Any) -> Returned:
    """Return feedback as it usually is."""
    usual = {
        "quantiles": (HOUR, 2.0 * HOUR, 3.0 * HOUR),
        "last_event": NOON - MINUTE,
        "last_outcome": NOON - HOUR,
    }
    return Returned(**{**usual, **changes})


def test_a_circuit_and_an_agent_that_is_not_alive() -> None:
    """Each with what is known of it."""
    broken = Worker(
        name="training", tone="bad", word="circuit open", circuit=NOON, error="disk full"
    )
    gone = Worker(name="outcomes", tone="bad", word="not alive", until=NOON)
    fine = Worker(name="evaluation", tone="good", word="alive")
    stuck = Worker(name="promotion", tone="good", word="alive", failure="the disk is full")
    circuit, silent, fails = alarms.of_workers([broken, gone, fine, stuck])
    assert (fails.tone, fails.what, fails.why) == (
        "warn",
        "promotion could not act",
        "the disk is full",
    )
    assert (circuit.tone, circuit.why) == ("bad", "disk full")
    assert "circuit is open until 1970-01-21 00:00" in circuit.what
    assert "outcomes is not alive" in silent.what
    assert "ran out at 1970-01-21 00:00" in silent.why


@pytest.mark.parametrize(
    ("verdict", "tone"),
    [("promoted", None), ("refused", "warn"), ("alarmed", "bad"), ("failed", "bad")],
)
def test_the_gate_says_so_if_the_last_training_does_not_serve(
    verdict: str, tone: str | None
) -> None:
    """An earlier one counts no more."""
    rung = [*alarms.of_gate([training(NOON, verdict), training(DAY, "alarmed")])]
    assert [each.tone for each in rung] == ([tone] if tone else [])


def test_a_generation_on_probation_and_one_that_was_rolled_back() -> None:
    """The first may need a person, the second does."""
    manifests = [manifest(1, 1), manifest(2, 2, at=NOON)]
    rang = decision(NOON - HOUR, "rollback", who="alarm drift")
    back, watched = alarms.of_probation(manifests, [rang, decision(1, "pin")], NOON, HOUR)
    assert (back.tone, back.why) == ("bad", "errors since noon")
    assert (watched.tone, watched.what) == ("warn", "1.0.0/2 is on probation as champion")
    assert [*alarms.of_probation(manifests, [], NOON + HOUR, HOUR)] == []


@pytest.mark.parametrize(
    ("changes", "rings"),
    [
        ({}, False),
        ({"last_outcome": NOON - 7 * HOUR}, True),
        ({"last_outcome": NOON - 7 * HOUR, "last_event": NOON - 12 * HOUR}, False),
        ({"quantiles": (), "last_outcome": None}, False),
    ],
    ids=["as usual", "late", "late as its events", "none yet"],
)
def test_outcomes_that_stay_away(
    operation: Callable[..., Any], changes: dict[str, Any], *, rings: bool
) -> None:
    """Longer than twice what 99 % take; where nothing was served, nothing is missing."""
    config = operation().config
    rung = [*alarms.of_feedback(config, returned(**changes), NOON, NOON)]
    assert bool(rung) == rings


def test_outcomes_that_a_source_was_not_asked_for_yet(operation: Callable[..., Any]) -> None:
    """They stay away only from when it was asked: until then it may have them."""
    config = operation().config
    early = returned(last_outcome=NOON - 7 * HOUR, fetched=NOON - 6 * HOUR)
    assert [*alarms.of_feedback(config, early, NOON, NOON)] == []
    now = returned(last_outcome=NOON - 7 * HOUR, fetched=NOON - MINUTE)
    (late,) = alarms.of_feedback(config, now, NOON, NOON)
    assert late.what == "no outcome for 6 h 59 min"


def test_outcomes_that_a_process_should_fetch(operation: Callable[..., Any]) -> None:
    """One that serves alone asks the source every few minutes: not to have asked is an alarm."""
    config = operation("feedback=source").config
    asked = returned(fetched=NOON - HOUR)
    assert [*alarms.of_feedback(config, asked, NOON, NOON)] == []
    (fails,) = alarms.of_feedback(config, asked, NOON, NOON + 1 * SECOND)
    assert (fails.tone, fails.what) == ("bad", "no outcomes fetched for 1 h")


def test_windows_that_are_not_scored(operation: Callable[..., Any]) -> None:
    """For more than two windows; a product that is never evaluated, or by volume, has none."""
    config = operation().config
    assert [*alarms.of_feedback(config, returned(), NOON - 2 * DAY, NOON)] == []
    (late,) = alarms.of_feedback(config, returned(), NOON - 3 * DAY, NOON)
    assert late.what == "not evaluated for 3 d"
    assert "agent=evaluation" in late.why
    for name in ("never", "volume"):
        other = operation(f"evaluation={name}").config
        assert [*alarms.of_feedback(other, returned(), NOON - 3 * DAY, NOON)] == []


def test_what_does_not_work_in_the_processes() -> None:
    """What readiness says, and a process that did not follow the newest manifest."""
    traffic = TrafficWatch().look(families(9, 0))
    newest, late = manifest(4, 1, at=NOON), NOON + alarms.SETTLED + SECOND
    note, behind = alarms.of_processes(traffic, ("the selector failed",), newest, late)
    assert note.what == "the selector failed"
    assert "serves by manifest 3, not by 4" in behind.what
    assert [*alarms.of_processes(traffic, (), newest, NOON)] == []
    assert [*alarms.of_processes(None, (), None, NOON)] == []


def test_the_worst_stands_first() -> None:
    """In their order otherwise."""
    warn, bad = alarms.Alarm(tone="warn", what="a"), alarms.Alarm(tone="bad", what="b")
    assert alarms.alarms([[warn], [], [bad]]) == (bad, warn)
