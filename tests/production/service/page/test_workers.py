"""Who is at work, by leases and by what a supervisor has on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.host.clock import VirtualClock
from contracts.moment import SECOND
from production.registry.checkpoints import Checkpoint, Checkpoints
from production.registry.leases import Leases
from production.service.page.workers import Worker, moments_reached, read_workers
from tests.production.service.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.database.database import Database
    from tests.production.service.conftest import InService


@pytest.fixture
def database(serve: Callable[..., InService]) -> Database:
    """The database of the small product in service."""
    return serve().serving.database


def operator(database: Database, **children: Any) -> None:
    """Record what a supervisor says of its processes."""
    Checkpoints(database).save(
        Checkpoint(product="toy", name="operator", moment=NOW, document={"children": children})
    )


def workers(database: Database, now: int) -> dict[str, Worker]:
    """Return who works, by name."""
    read = read_workers(database, "toy", reached={"training": 7}, machine=VirtualClock(now))
    return {each.name: each for each in read}


def test_an_agent_is_alive_while_it_holds_its_lease(database: Database) -> None:
    """And not from the moment on at which another may take it."""
    Leases(database, clock=VirtualClock(NOW), lasts=15 * SECOND).acquire("toy", "training", "h:1")
    alive, gone = (workers(database, NOW + s * SECOND)["training"] for s in (14, 15))
    assert (alive.tone, alive.word, alive.holder, alive.reached) == ("good", "alive", "h:1", 7)
    assert (gone.tone, gone.word, gone.since) == ("bad", "not alive", NOW)


def test_a_supervisor_says_what_ended_and_what_is_not_started_again(database: Database) -> None:
    """A circuit that closed again is none."""
    operator(
        database,
        serve={"pid": 7, "since": NOW, "restarts": 2},
        training={"restarts": 5, "error": "exit code 5", "circuit": NOW + SECOND},
    )
    at = workers(database, NOW)
    assert (at["serve"].tone, at["serve"].restarts) == ("good", 2)
    assert (at["training"].word, at["training"].circuit) == ("circuit open", NOW + SECOND)
    later = workers(database, NOW + SECOND)["training"]
    assert (later.word, later.circuit, later.error) == ("does not run", None, "exit code 5")


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
