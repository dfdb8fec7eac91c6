"""Trainings: every training at a new generation, also those that were refused or failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from sqlalchemy import select

from production.database.tables import TRAININGS
from production.registry.row import read, write

if TYPE_CHECKING:
    from production.database.database import Database

Verdict = Literal["promoted", "refused", "failed"]


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """One training.

    Attributes:
        product: The product.
        release: The release it was made for.
        requested_at: When it was asked for, microseconds.
        reason: What asked for it.
        known_by: The moment by which the outcomes it saw had arrived.
        rows: The rows it was trained on.
        seconds: What it took.
        verdict: What came of it.
        detail: Why, with the scores it was judged by.
        generation: The number of the generation it became, none if it was refused or failed.
    """

    product: str
    release: str
    requested_at: int
    reason: str
    known_by: int
    rows: int
    seconds: float
    verdict: Verdict
    detail: Mapping[str, Any]
    generation: int | None = None


class Trainings:
    """The trainings of a database, append-only.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, training: Training) -> None:
        """Record a training."""
        with self._database.transaction() as connection:
            write(connection, TRAININGS, training)

    def all(self, product: str) -> list[Training]:
        """Return a product's trainings, in the order they were recorded."""
        query = select(TRAININGS).where(TRAININGS.c.product == product).order_by(TRAININGS.c.row)
        with self._database.reading() as connection:
            return [read(Training, row) for row in connection.execute(query)]
