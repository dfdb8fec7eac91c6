"""The lease of a product's supervisor: of several, one keeps the processes running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import LeaseError
from production.agents.supervised import OPERATOR, OperatorRecord, operator_record
from production.operating.holding import this_process
from production.registry.checkpoints import Checkpoints
from production.registry.leases import Leases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.host.clock import Clock
    from production.agents.supervised import SupervisedChild
    from production.database.database import Database
    from production.registry.leases import Lease


class OperatorLease:
    """Holds the lease of a product's supervisor, and keeps its record under it.

    Args:
        database: The product's database.
        product: The product.
        clock: The machine's time.
        lasts: How long a lease lasts that is not renewed, microseconds.
        excluded: The agents that are not started, and why.
    """

    def __init__(
        self,
        database: Database,
        product: str,
        *,
        clock: Clock,
        lasts: int,
        excluded: Mapping[str, str],
    ) -> None:
        self._database, self._product, self._clock = database, product, clock
        self._leases = Leases(database, clock=clock, lasts=lasts)
        self._record = operator_record(Checkpoints(database), product)
        self._excluded = dict(excluded)
        self._lease: Lease | None = None

    def acquire(self) -> str | None:
        """Get the lease; return who holds it instead, if another does."""
        self._lease = self._leases.acquire(self._product, OPERATOR, this_process())
        if self._lease is not None:
            return None
        return next(
            (each.holder for each in self._leases.all(self._product) if each.name == OPERATOR), ""
        )

    def keep(self, children: Sequence[SupervisedChild]) -> None:
        """Renew the lease, and record the state of the processes under it.

        Raises:
            LeaseError: Another supervisor took it over.
        """
        with self._database.transaction():
            lease = self._lease = self._renewed()
            record = OperatorRecord(
                holder=lease.holder,
                since=lease.granted_at,
                children=tuple(children),
                excluded=self._excluded,
            )
            self._record.save(record, self._clock.now())

    def release(self) -> None:
        """Give the lease back."""
        if self._lease is not None:
            self._leases.release(self._lease)

    def _renewed(self) -> Lease:
        """Return the lease, to last from now on; one that ran out and nobody took is got anew."""
        assert self._lease is not None
        try:
            return self._leases.renew(self._lease)
        except LeaseError:
            holder = self.acquire()
            if holder is None:
                return self._lease
            raise LeaseError(
                f"{holder} took over the supervision of {self._product}",
                hint="this process was stopped for longer than agents.lease; run it again to "
                "stand by",
            ) from None
