"""The last decisions in one list."""

from __future__ import annotations

from msgspec.structs import replace

from production.service.page.decided import SHOWN, decided
from tests.production.service.page.conftest import agent, decision, training


def test_people_alarms_agents_and_the_gate_stand_in_one_list() -> None:
    """The newest first, each with its reason."""
    rows = decided(
        [decision(4, "rollback", who="alarm drift", manifest=4), decision(1, "deploy")],
        [agent(3, "train")],
        [training(2, "refused")],
    )
    assert [(each.at, each.kind, each.who) for each in rows] == [
        (4, "alarm", "alarm drift"),
        (3, "agent", "training agent"),
        (2, "agent", "gate"),
        (1, "person", "ada"),
    ]
    assert [each.tone for each in rows] == ["bad", "quiet", "warn", "good"]
    assert all(each.why for each in rows)


def test_what_an_agent_decides_again_and_again_is_shown_once() -> None:
    """With how often, also where a person decided in between; what it changes stays apart."""
    rows = decided(
        [decision(6, "pin")],
        [agent(9, "wait"), agent(8, "wait"), agent(5, "wait"), agent(4, "train"), agent(3, "wait")],
        (),
    )
    assert [(each.at, each.what, each.times) for each in rows] == [
        (9, "wait", 3),
        (6, "pin", 1),
        (4, "train", 1),
        (3, "wait", 1),
    ]


def test_what_moved_is_shown_once_while_it_says_the_same() -> None:
    """Parity says so at every look; it is no quiet row."""
    looks = [agent(9, "data_moved"), agent(8, "data_moved"), agent(7, "quiet")]
    rows = decided((), [replace(each, agent="parity") for each in looks], ())
    assert [(each.what, each.tone, each.times) for each in rows] == [
        ("data_moved", "warn", 2),
        ("quiet", "quiet", 1),
    ]


def test_only_the_last_are_shown() -> None:
    """However many there are."""
    assert len(decided([decision(at, "pin") for at in range(99)], (), ())) == SHOWN


def test_of_what_was_seen_figures_are_shown() -> None:
    """Neither moments in microseconds nor whole windows, which say nothing at a glance."""
    seen = {"outcomes": 3, "since": 10**15, "pending": [], "windows": [{"log_loss": 0.5}]}
    (row,) = decided((), [replace(agent(9, "wait"), seen=seen)], ())
    assert row.detail == {"outcomes": 3}
