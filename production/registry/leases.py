"""Leases: of several processes that could do the same work, one does it at a time.

A lease carries a token that grows with each holder (a fencing token). Whoever writes under a lease
checks it in the transaction of the write, see `fence`: a process that was stopped beyond its lease
and wakes up writes nothing, whatever it had in hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from sqlalchemy import insert, select, update

from contracts.errors import LeaseError
from contracts.moment import iso
from production.database.tables import LEASES
from production.registry.row import read, read_all, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection

    from contracts.host.clock import Clock
    from production.database.database import Database


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A lease; times of the clock that grants it, microseconds.

    Attributes:
        product: The product.
        name: The work, such as ``training``.
        holder: The process that holds it, or held it last.
        token: How many holders there were, this one included.
        granted_at: When this holder got it.
        expires_at: From when on another may get it.
    """

    product: str
    name: str
    holder: str
    token: int
    granted_at: int
    expires_at: int


class Leases:
    """The leases in a database.

    Args:
        database: The database.
        clock: The time of the machine; hosts that share a database have to agree about it within
            half a lease.
        lasts: How long a lease lasts that is not renewed, microseconds.
    """

    def __init__(self, database: Database, *, clock: Clock, lasts: int) -> None:
        self._database, self._clock, self._lasts = database, clock, lasts

    def acquire(self, product: str, name: str, holder: str) -> Lease | None:
        """Return the lease, or none while another process holds it."""
        # Who waits for it asks often, and is in nobody's way: this takes no lock.
        found = read_all(self._database, Lease, select(LEASES).where(_is(product, name)))
        if any(self.is_held(each) for each in found):
            return None
        with self._database.transaction() as connection:
            now, last = self._clock.now(), _locked(connection, product, name)
            if last is not None and not self._is_free(last, now):
                return None
            lease = Lease(
                product=product,
                name=name,
                holder=holder,
                token=last.token + 1 if last else 1,
                granted_at=now,
                expires_at=now + self._lasts,
            )
            if last is None:
                connection.execute(insert(LEASES).values(values(lease)))
            else:
                _save(connection, lease)
            return lease

    def renew(self, lease: Lease) -> Lease:
        """Return the lease, to last from now on.

        Raises:
            LeaseError: It ran out, or another process holds it.
        """
        with self._database.transaction() as connection:
            self._check(connection, lease)
            renewed = replace(lease, expires_at=self._clock.now() + self._lasts)
            _save(connection, renewed)
            return renewed

    def release(self, lease: Lease) -> None:
        """Give the lease back; one that another process holds stays as it is."""
        with self._database.transaction() as connection:
            last = _locked(connection, lease.product, lease.name)
            if last is not None and last.token == lease.token:
                _save(connection, replace(lease, expires_at=self._clock.now()))

    def all(self, product: str) -> list[Lease]:
        """Return a product's leases, by name: those that ran out too."""
        query = select(LEASES).where(LEASES.c.product == product).order_by(LEASES.c.name)
        return read_all(self._database, Lease, query)

    def is_held(self, lease: Lease) -> bool:
        """Return whether a lease has not run out."""
        return not self._is_free(lease, self._clock.now())

    def fence(self, lease: Callable[[], Lease]) -> Callable[[Connection], None]:
        """Return a check for the transactions of a lease's holder, see `Database.fence_by`.

        The lease's row stays locked until the transaction ends, so that nobody takes it over
        meanwhile. The check raises a LeaseError if the lease has run out or another holds it.

        Args:
            lease: Returns the lease as it was renewed last.
        """

        def check(connection: Connection) -> None:
            self._check(connection, lease())

        return check

    def _check(self, connection: Connection, lease: Lease) -> None:
        """Require that a lease has not run out, and that no other process holds it."""
        last = _locked(connection, lease.product, lease.name)
        who = f"the lease of {lease.product}'s {lease.name}, held by {lease.holder},"
        if last is None or last.token != lease.token:
            raise LeaseError(f"{who} was taken over by {last.holder if last else 'nobody'}")
        if self._is_free(last, self._clock.now()):
            raise LeaseError(f"{who} ran out at {iso(last.expires_at)}")

    def _is_free(self, lease: Lease, now: int) -> bool:
        """Return whether a lease ran out; or was granted by a clock that has been set back."""
        return not now < lease.expires_at <= now + self._lasts


def _locked(connection: Connection, product: str, name: str) -> Lease | None:
    """Return a lease, its row locked until the transaction ends."""
    query = select(LEASES).where(_is(product, name)).with_for_update()
    return next(iter(read(connection, Lease, query)), None)


def _save(connection: Connection, lease: Lease) -> None:
    where = _is(lease.product, lease.name)
    connection.execute(update(LEASES).where(where).values(values(lease)))


def _is(product: str, name: str) -> ColumnElement[bool]:
    return (LEASES.c.product == product) & (LEASES.c.name == name)
