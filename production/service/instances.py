"""Counts the processes that ever served a product: each has a number of its own."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING

from contracts.errors import UnavailableError
from production.registry.checkpoints import Checkpoint, Checkpoints

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.database.database import Database

#: The least number that is drawn, and how many there are.
DRAWN = 10**18


def instance_number(database: Database, product: str, clock: Clock) -> int:
    """Return the number of this process; while the database is away, one that was drawn.

    It is drawn from so many that no two are equal, beyond all that the database will ever count to.
    """
    try:
        return next_instance(database, product, clock)
    except UnavailableError:
        return DRAWN + randbelow(DRAWN)


def next_instance(database: Database, product: str, clock: Clock) -> int:
    """Return the number of this process among all that ever served the product."""
    checkpoints, name = Checkpoints(database), "service"
    with database.transaction():
        last = checkpoints.load(product, name)
        number = 1 + (last.document["instances"] if last else 0)
        checkpoints.save(
            Checkpoint(
                product=product, name=name, moment=clock.now(), document={"instances": number}
            )
        )
    return number
