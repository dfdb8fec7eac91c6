"""How far a history was played: what the process that plays it has on record."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from production.agents.progress import Document, Stored
from production.database.database import Database
from production.registry.checkpoints import Checkpoints

if TYPE_CHECKING:
    from production.assembly.state import State


class TrafficProgress(Document, frozen=True, kw_only=True):
    """How far a history was played.

    Attributes:
        until: Requests made before this moment were sent.
        served: How many were answered in all.
        refused: How many were refused.
    """

    until: int
    served: int = 0
    refused: int = 0


def traffic_progress(database: Database, product: str, *, start: int) -> Stored[TrafficProgress]:
    """Return how far a product's history was played, in its database."""
    return Stored(Checkpoints(database), product, "traffic", TrafficProgress(until=start))


def played_until(state: State, product: str) -> int:
    """Return how far a product's history was played to a state, 0 before the first request."""
    with closing(Database(state.database)) as database:
        return traffic_progress(database, product, start=0).load().until
