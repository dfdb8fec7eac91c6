"""What was served and came back last: quick to read, however long the log is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from production.database.tables import EVENTS, OUTCOMES
from production.feedback.events import SERVED

if TYPE_CHECKING:
    from production.database.database import Database


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """The newest of a product's log; times in microseconds.

    Attributes:
        served: How many of the events logged last each generation served, by its name.
        last_event: The newest event time; none before the first event.
        last_outcome: When the newest outcome arrived; none before the first.
    """

    served: Mapping[str, int]
    last_event: int | None
    last_outcome: int | None


def recent(database: Database, product: str, *, last: int = 2_000) -> Recent:
    """Return the newest of a product's log.

    Args:
        database: The database of the log.
        product: The product.
        last: How many events are counted by generation.
    """
    mine = EVENTS.c.product == product
    # A sum hides the product from indexes: the newest rows are at the table's end.
    newest = (
        select(EVENTS.c.release, EVENTS.c.generation)
        .where(EVENTS.c.product.concat("") == product, SERVED)
        .order_by(EVENTS.c.row.desc())
        .limit(last)
    )
    event = select(EVENTS.c.time).where(mine).order_by(EVENTS.c.time.desc()).limit(1)
    arrived = OUTCOMES.c.arrived
    outcome = select(arrived).where(OUTCOMES.c.product == product).order_by(arrived.desc()).limit(1)
    with database.reading() as connection:
        return Recent(
            served=Counter(f"{release}/{n}" for release, n in connection.execute(newest)),
            last_event=connection.execute(event).scalar(),
            last_outcome=connection.execute(outcome).scalar(),
        )
