"""A sample of the event log: always the same events, since their ids alone decide."""

from __future__ import annotations

from heapq import heappush, heapreplace
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from production.database.rows import matching
from production.database.tables import EVENTS
from production.feedback.batch import Events
from production.feedback.events import SERVED, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from production.database.database import Database

#: How many ids are read at once.
TOGETHER = 10_000


class SampledEvents(msgspec.Struct, frozen=True, kw_only=True):
    """A sample of the events of a window.

    Attributes:
        events: The sampled events, by time, then id.
        served: How many events were served in the window.
    """

    events: Events
    served: int


def sampled_events(
    database: Database,
    product: str,
    start: int,
    end: int,
    *,
    rank: Callable[[str], float],
    share: float,
    most: int,
) -> SampledEvents:
    """Return the events served in a window of event time whose rank is below a share.

    Args:
        database: The database.
        product: The product.
        start: The window's first moment, microseconds.
        end: The moment after its last.
        rank: Returns an id's rank, evenly spread over [0, 1).
        share: The share of the events.
        most: The most events; of more, those with the lowest ranks.
    """
    served = EVENTS.c.product == product, SERVED
    ids = select(EVENTS.c.id).where(*served, EVENTS.c.time >= start, EVENTS.c.time < end)
    names = [name for name in Events.__struct_fields__ if name != "shadow"]
    fields = select(*(EVENTS.c[name] for name in names)).where(*served)
    with database.reading() as connection:
        result = connection.execute(ids, execution_options={"yield_per": TOGETHER}).scalars()
        count, chosen = _lowest(result, rank=rank, share=share, most=most)
        rows = matching(connection, fields, EVENTS.c.id, chosen)
    at, by = names.index("time"), names.index("id")
    ordered = sorted(rows, key=lambda row: (row[at], row[by]))
    return SampledEvents(events=Events(**typed(names, ordered)), served=count)


def _lowest(
    ids: Iterable[str], *, rank: Callable[[str], float], share: float, most: int
) -> tuple[int, list[str]]:
    """Return how many ids there are, and those with the lowest ranks below a share."""
    count, kept = 0, list[tuple[float, str]]()
    for each in ids:
        count += 1
        place = -rank(each), each
        if -place[0] >= share:
            continue
        if len(kept) < most:
            heappush(kept, place)
        elif place > kept[0]:
            heapreplace(kept, place)
    return count, [each for _, each in kept]
