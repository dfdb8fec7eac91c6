"""Evaluations: the runtime metrics, by window; append-only, the latest of a window counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from sqlalchemy import func, select

from production.database.bulk import append
from production.database.tables import EVALUATIONS
from production.registry.row import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from production.database.database import Database

#: What was scored: the predictions served, or the naive baseline's.
Source = Literal["served", "baseline"]
SCOPE = ("product", "start", "end", "source", "metric")


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of one window, as it was known when it was computed.

    Attributes:
        product: The product.
        start: The window's first moment, microseconds.
        end: The window's end.
        source: What was scored: the predictions served, or the naive baseline's.
        metric: The metric's name.
        value: The metric, none where the rows do not define it.
        rows: The events with an outcome that it was computed from.
        computed_at: When, microseconds.
    """

    product: str
    start: int
    end: int
    source: Source
    metric: str
    value: float | None
    rows: int
    computed_at: int


class Evaluations:
    """The evaluations of a database.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, evaluations: Iterable[Evaluation]) -> None:
        """Write evaluations down; of a window's earlier ones they become the latest."""
        rows = [msgspec.structs.astuple(evaluation) for evaluation in evaluations]
        with self._database.transaction() as connection:
            append(connection, EVALUATIONS, Evaluation.__struct_fields__, rows)

    def latest(self, product: str) -> list[Evaluation]:
        """Return the latest of every window, source and metric, by window."""
        scope = [EVALUATIONS.c[name] for name in SCOPE]
        newest = (
            select(func.max(EVALUATIONS.c.row))
            .where(EVALUATIONS.c.product == product)
            .group_by(*scope)
        )
        query = select(EVALUATIONS).where(EVALUATIONS.c.row.in_(newest)).order_by(*scope)
        with self._database.reading() as connection:
            return [read(Evaluation, row) for row in connection.execute(query)]

    def all(self, product: str) -> list[Evaluation]:
        """Return every evaluation ever made, in the order they were recorded."""
        query = (
            select(EVALUATIONS).where(EVALUATIONS.c.product == product).order_by(EVALUATIONS.c.row)
        )
        with self._database.reading() as connection:
            return [read(Evaluation, row) for row in connection.execute(query)]
