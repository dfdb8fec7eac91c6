"""What leases must do on every database: one holder at a time, and no write by a stale one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import LeaseError
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, MINUTE, SECOND
from production.registry.checkpoints import Checkpoint, Checkpoints
from production.registry.leases import Lease, Leases

if TYPE_CHECKING:
    from production.database.database import Database

START, LASTS = 10 * DAY, 10 * SECOND


class SettableClock(VirtualClock):
    """A clock that may be set back too."""

    def set(self, moment: int) -> None:
        """Show a moment."""
        self._now = moment


def leases(database: Database, clock: SettableClock) -> Leases:
    """Return the leases of a database."""
    return Leases(database, clock=clock, lasts=LASTS)


def held(given: Lease | None) -> Lease:
    """Return a lease that was granted."""
    assert given is not None
    return given


def saved(database: Database) -> int:
    """Return how far the agent's checkpoint is, 0 before its first."""
    last = Checkpoints(database).load("p", "training")
    return last.moment if last else 0


def save(database: Database, moment: int) -> None:
    """Write what an agent writes."""
    Checkpoints(database).save(Checkpoint(product="p", name="training", moment=moment, document={}))


class LeaseSuite:
    """Inherit it and give the fixture `databases`: an empty one, opened twice."""

    @pytest.fixture
    def clock(self) -> SettableClock:
        """The time of all processes."""
        return SettableClock(START)

    def test_one_holder(self, databases: tuple[Database, Database], clock: SettableClock) -> None:
        """While one process holds a lease no other gets it; of another work or product it does."""
        first, second = (leases(each, clock) for each in databases)
        assert held(first.acquire("p", "training", "a")).token == 1
        assert second.acquire("p", "training", "b") is None
        assert held(second.acquire("p", "evaluation", "b")).token == 1
        assert held(second.acquire("q", "training", "b")).token == 1

    def test_renewed_lasts(
        self, databases: tuple[Database, Database], clock: SettableClock
    ) -> None:
        """A renewed lease lasts from its renewal on."""
        first, second = (leases(each, clock) for each in databases)
        lease = held(first.acquire("p", "training", "a"))
        clock.set(START + LASTS - 1)
        assert first.renew(lease).expires_at == START + 2 * LASTS - 1
        clock.set(START + 2 * LASTS - 2)
        assert second.acquire("p", "training", "b") is None

    def test_taken_over(self, databases: tuple[Database, Database], clock: SettableClock) -> None:
        """A lease that ran out passes to another, under a higher token; the first is told so."""
        first, second = (leases(each, clock) for each in databases)
        lease = held(first.acquire("p", "training", "a"))
        clock.set(START + LASTS)
        assert held(second.acquire("p", "training", "b")).token == 2
        with pytest.raises(LeaseError, match="taken over by b"):
            first.renew(lease)
        first.release(lease)
        assert [each.holder for each in first.all("p") if first.is_held(each)] == ["b"]

    def test_released(self, databases: tuple[Database, Database], clock: SettableClock) -> None:
        """A lease that was given back is free at once."""
        first, second = (leases(each, clock) for each in databases)
        first.release(held(first.acquire("p", "training", "a")))
        assert held(second.acquire("p", "training", "b")).holder == "b"

    @pytest.mark.parametrize("taken", [False, True], ids=["ran out", "taken over"])
    def test_stale_writes_nothing(
        self, databases: tuple[Database, Database], clock: SettableClock, *, taken: bool
    ) -> None:
        """A holder that wakes up after its lease writes nothing."""
        database, other = databases
        first, second = leases(database, clock), leases(other, clock)
        lease = held(first.acquire("p", "training", "a"))
        database.fence_by(first.fence(lambda: lease))
        save(database, 1)
        clock.set(START + LASTS)
        if taken:
            held(second.acquire("p", "training", "b"))
        with pytest.raises(LeaseError):
            save(database, 2)
        assert saved(other) == 1

    @pytest.mark.parametrize("jump", [10 * MINUTE, DAY, -10 * MINUTE, -DAY])
    def test_clock_jumps(
        self, databases: tuple[Database, Database], clock: SettableClock, jump: int
    ) -> None:
        """A clock that jumps leaves a lease free at once, for one process, and fences the other."""
        database, other = databases
        first, second = leases(database, clock), leases(other, clock)
        lease = held(first.acquire("p", "training", "a"))
        database.fence_by(first.fence(lambda: lease))
        clock.set(START + jump)
        assert held(second.acquire("p", "training", "b")).token == 2
        with pytest.raises(LeaseError):
            save(database, 1)
        assert saved(other) == 0
