"""Who is at work, by leases and by what a supervisor has on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.host.clock import VirtualClock
from contracts.moment import MINUTE, SECOND
from production.agents.progress import StageProgress, stage_progress
from production.agents.supervised import OperatorRecord, SupervisedChild, operator_record
from production.registry.checkpoints import Checkpoint, Checkpoints
from production.registry.leases import Leases
from production.service.page.workers import (
    Worker,
    moments_reached,
    read_workers,
    stages_on_record,
)
from production.triggers.port import Wake
from tests.production.service.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.database.database import Database
    from tests.production.service.conftest import InService


@pytest.fixture
def database(serve: Callable[..., InService]) -> Database:
    """The database of the small product in service."""
    return serve().serving.database


def operator(database: Database, *children: SupervisedChild, **excluded: str) -> None:
    """Record what a supervisor, which is alive for a minute, says of its processes."""
    Leases(database, clock=VirtualClock(NOW), lasts=MINUTE).acquire("toy", "operator", "h:1")
    record = OperatorRecord(holder="h:1", since=NOW, children=children, excluded=excluded)
    operator_record(Checkpoints(database), "toy").save(record, NOW)


def workers(database: Database, now: int) -> dict[str, Worker]:
    """Return who works, by name; the product's clock is the machine's."""
    read = read_workers(
        database,
        "toy",
        reached={"training": 7},
        stages=dict(stages_on_record(Checkpoints(database), "toy")),
        late=now,
        machine=VirtualClock(now),
    )
    return {each.name: each for each in read}


def test_an_agent_is_alive_while_it_holds_its_lease(database: Database) -> None:
    """And not from the moment on at which another may take it."""
    Leases(database, clock=VirtualClock(NOW), lasts=15 * SECOND).acquire("toy", "training", "h:1")
    alive, gone = (workers(database, NOW + s * SECOND)["training"] for s in (14, 15))
    assert (alive.tone, alive.word, alive.holder, alive.reached) == ("good", "alive", "h:1", 7)
    assert (gone.tone, gone.word, gone.since) == ("bad", "not alive", NOW)


def test_an_agent_that_is_started_for_each_step_is_idle_until_it_is_due(
    database: Database,
) -> None:
    """By a scheduler of one's own, say: nothing is wrong before that."""
    clock = VirtualClock(NOW)
    Leases(database, clock=clock, lasts=1).acquire("toy", "training", "h:1")
    stage = StageProgress(at=NOW, wake=Wake(at=NOW + MINUTE), error="the disk is full")
    stage_progress(Checkpoints(database), "toy", "training").save(stage, NOW)
    idle, late = (workers(database, NOW + s)["training"] for s in (MINUTE, MINUTE + 1))
    assert (idle.tone, idle.word, idle.failure) == ("quiet", "idle", "the disk is full")
    assert (late.tone, late.word) == ("bad", "not alive")


def test_a_supervisor_says_what_ended_and_what_is_not_started_again(database: Database) -> None:
    """What it says counts as long as it is alive itself."""
    operator(
        database,
        SupervisedChild(name="engine", since=NOW, pid=7, restarts=2),
        SupervisedChild(
            name="training", since=NOW, error="exit code 5", again=NOW + SECOND, is_open=True
        ),
        SupervisedChild(name="outcomes", since=NOW, again=NOW + SECOND),
        SupervisedChild(name="traffic", since=NOW, is_over=True),
        integration="autonomous: no release is enforced",
    )
    at = workers(database, NOW)
    assert {each.name: (each.tone, each.word) for each in at.values()} == {
        "engine": ("good", "runs"),
        "integration": ("quiet", "left out"),
        "operator": ("good", "alive"),
        "outcomes": ("warn", "starts again"),
        "traffic": ("quiet", "ended"),
        "training": ("bad", "circuit open"),
    }
    assert (at["engine"].restarts, at["training"].circuit) == (2, NOW + SECOND)
    assert at["integration"].excluded == "autonomous: no release is enforced"
    later = workers(database, NOW + MINUTE)
    assert (later["operator"].word, later["engine"].word) == ("not alive", "not known")
    assert later["training"].circuit is None


def test_a_record_of_another_form_is_left_out(database: Database) -> None:
    """A newer supervisor must not take the page away."""
    Checkpoints(database).save(
        Checkpoint(product="toy", name="operator", moment=NOW, document={"children": [1]})
    )
    assert workers(database, NOW) == {}


def test_progress_of_another_form_is_left_out(database: Database) -> None:
    """The other agents' is shown."""
    checkpoints = Checkpoints(database)
    checkpoints.save(
        Checkpoint(product="toy", name="training", moment=NOW, document={"format": 99, "x": 1})
    )
    reached = dict(moments_reached(checkpoints, "toy"))
    assert "training" not in reached
    assert reached["evaluation"]
