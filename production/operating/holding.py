"""Holds a lease for as long as a process lives: a thread renews it."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from contracts.errors import LeaseError, LiaisonError
from contracts.moment import SECOND
from production.registry.leases import Lease, Leases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.host.clock import Clock
    from production.database.database import Database

LOG = logging.getLogger("liaison.operating")
#: A lease is renewed so many times before it would run out.
RENEWALS = 3


class HeldLease:
    """A lease that is being renewed.

    Args:
        leases: Where it is on record.
        lease: It.

    Attributes:
        current: The lease as it was renewed last.
        check: Refuses a transaction once it is lost, see `Database.fence_by`.
        lost: Set once another process holds it, or it ran out.
    """

    def __init__(self, leases: Leases, lease: Lease) -> None:
        self._leases, self.current = leases, lease
        self.check = leases.fence(lambda: self.current)
        self.lost = Event()
        self._closed = Event()

    def renew_every(self, seconds: float) -> None:
        """Renew it until it is lost or given back."""
        while not self._closed.wait(seconds):
            try:
                self.current = self._leases.renew(self.current)
            except LeaseError as error:
                LOG.warning("%s", error)
                self.lost.set()
                return
            except LiaisonError as error:
                LOG.warning("the lease could not be renewed: %s", error)

    def close(self) -> None:
        """Give it back."""
        self._closed.set()
        if not self.lost.is_set():
            with suppress(LiaisonError):  # it runs out by itself
                self._leases.release(self.current)


@contextmanager
def hold(
    database: Database,
    product: str,
    name: str,
    *,
    holder: str,
    clock: Clock,
    lasts: int,
    waits: Callable[[], bool] = lambda: False,
) -> Iterator[HeldLease | None]:
    """Yield a lease that is renewed until the block ends; none while another process holds it.

    Args:
        database: Where it is on record.
        product: The product.
        name: The work.
        holder: The process.
        clock: The time of the machine.
        lasts: How long it lasts once it is not renewed, microseconds.
        waits: Called while another process holds it: waits, and returns whether to ask again.
    """
    leases = Leases(database, clock=clock, lasts=lasts)
    while (lease := leases.acquire(product, name, holder)) is None:
        if not waits():
            yield None
            return
    held = HeldLease(leases, lease)
    seconds = lasts / SECOND / RENEWALS
    thread = Thread(target=held.renew_every, args=(seconds,), name="lease", daemon=True)
    thread.start()
    try:
        yield held
    finally:
        held.close()
        thread.join(seconds)


def stands(lasts: int) -> int:
    """Return how many milliseconds who holds a lease may keep others from writing and do nothing.

    A lease is renewed every third of the time that it lasts, so half of that costs nobody else the
    lease of theirs.

    Args:
        lasts: How long leases last, microseconds.
    """
    return max(1_000 * lasts // (2 * SECOND), 1)


def this_process() -> str:
    """Return what leases call this process: its host and its number."""
    return f"{socket.gethostname()}:{os.getpid()}"
