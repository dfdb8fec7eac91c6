"""The lease of a product's supervisor, and its record."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from contracts.errors import LeaseError
from contracts.host.clock import VirtualClock
from contracts.moment import SECOND
from production.agents.supervised import SupervisedChild, operator_record
from production.database.database import Database
from production.database.url import in_folder
from production.operating.holding import this_process
from production.operating.lease import OperatorLease
from production.registry.checkpoints import Checkpoints

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHILD = SupervisedChild(name="engine", since=1, pid=7)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An open database."""
    with closing(Database(in_folder("sqlite:///{state}/liaison.db", tmp_path))) as opened:
        yield opened


def lease(database: Database, clock: VirtualClock) -> OperatorLease:
    """Return what a supervisor holds, or may come to hold."""
    lasts, excluded = 15 * SECOND, {"training": "no generations"}
    return OperatorLease(database, "toy", clock=clock, lasts=lasts, excluded=excluded)


def test_a_second_supervisor_learns_who_operates(database: Database) -> None:
    """Until the first gives its lease back."""
    clock = VirtualClock(0)
    first, second = lease(database, clock), lease(database, clock)
    assert first.acquire() is None
    assert second.acquire() == this_process()
    first.release()
    assert second.acquire() is None


def test_the_processes_are_on_record(database: Database) -> None:
    """With who operates them since when, and what is not started."""
    clock = VirtualClock(5)
    held = lease(database, clock)
    held.acquire()
    held.keep([CHILD])
    record = operator_record(Checkpoints(database), "toy").load()
    assert (record.holder, record.since, record.children) == (this_process(), 5, (CHILD,))
    assert record.excluded == {"training": "no generations"}


def test_a_supervisor_that_slept_goes_on_if_nobody_took_over(database: Database) -> None:
    """A laptop that was closed is no reason to end."""
    clock = VirtualClock(0)
    held = lease(database, clock)
    held.acquire()
    clock.wait_until(60 * SECOND)
    held.keep([CHILD])
    assert operator_record(Checkpoints(database), "toy").load().since == 60 * SECOND


def test_one_that_was_replaced_is_told_by_whom(database: Database) -> None:
    """It records nothing any more."""
    clock = VirtualClock(0)
    first, second = lease(database, clock), lease(database, clock)
    first.acquire()
    clock.wait_until(60 * SECOND)
    assert second.acquire() is None
    with pytest.raises(LeaseError, match=f"{this_process()} took over the supervision of toy"):
        first.keep([CHILD])
    assert operator_record(Checkpoints(database), "toy").load().children == ()
