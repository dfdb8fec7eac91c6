"""Trainings: every training of a new generation, also those refused or failed; append-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from sqlalchemy import select

from production.database.tables import TRAININGS
from production.registry.row import read_all, write

if TYPE_CHECKING:
    from production.database.database import Database

#: ``alarmed``: held back, because the outcomes that it was to be judged by are in doubt.
Verdict = Literal["promoted", "refused", "alarmed", "undecided", "failed"]


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """One training of a new generation.

    Attributes:
        product: The product.
        release: The release.
        requested_at: When it was requested, microseconds.
        reason: Why it was requested.
        known_by: It was trained on outcomes that arrived before this moment.
        rows: The number of rows it was trained on.
        seconds: How long it took.
        verdict: Whether it was promoted, refused or held back by the gate, not to be judged by it,
            or failed.
        detail: The reason for the verdict, the scores, and what each rule of the gate found.
        generation: The number of the generation it became, none unless it was promoted, or held
            back until the next refresh or a person decides.
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
    """The trainings of a database.

    Args:
        database: The database.
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
        return read_all(self._database, Training, query)

    def since(self, product: str, moment: int) -> list[Training]:
        """Return the trainings requested from a moment on, in the order of their requests."""
        at = TRAININGS.c.requested_at
        query = select(TRAININGS).where(TRAININGS.c.product == product, at >= moment)
        return read_all(self._database, Training, query.order_by(at, TRAININGS.c.row))

    def last(self, product: str, count: int) -> list[Training]:
        """Return the trainings recorded last, newest first."""
        query = select(TRAININGS).where(TRAININGS.c.product == product)
        query = query.order_by(TRAININGS.c.row.desc()).limit(count)
        return read_all(self._database, Training, query)
