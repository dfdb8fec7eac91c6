"""Evaluations: the metrics of each window; append-only, of which the latest of a window counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, func, select

from production.database.rows import append
from production.database.tables import EVALUATIONS
from production.registry.row import read, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from production.database.database import Database

#: Whose predictions were scored: those ``served``, the naive ``baseline``'s, or those of the
#: generation of this name.
Source = str
MINE = EVALUATIONS.c.product == bindparam("of")
AFTER = (
    select(EVALUATIONS)
    .where(MINE, EVALUATIONS.c.row > bindparam("last"))
    .order_by(EVALUATIONS.c.row)
)
LAST = select(func.max(EVALUATIONS.c.row)).where(MINE)


class WindowMetric(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of one evaluation window, from the outcomes known when it was computed.

    Attributes:
        product: The product.
        start: The start of the window, microseconds.
        end: The end of the window.
        source: Whose predictions: ``served``, ``baseline``, or a generation's name.
        metric: The metric's name.
        value: The metric, none where it is undefined for the rows.
        rows: The number of events with an outcome that it was computed from.
        computed_at: When it was computed, microseconds.
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
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, metrics: Iterable[WindowMetric]) -> None:
        """Record metrics; they become the latest of their windows."""
        rows = [msgspec.structs.astuple(metric) for metric in metrics]
        with self._database.transaction() as connection:
            append(connection, EVALUATIONS, WindowMetric.__struct_fields__, rows)

    def after(self, product: str, row: int) -> tuple[list[WindowMetric], int]:
        """Return the values recorded after a row, in the order of recording, and the last row."""
        with self._database.reading() as connection:
            metrics = read(connection, WindowMetric, AFTER, {"of": product, "last": row})
            last = connection.execute(LAST, {"of": product}).scalar() if metrics else row
        return metrics, last or 0

    def newest(self, product: str) -> list[WindowMetric]:
        """Return the values of the newest window, the latest of each metric."""
        mine = EVALUATIONS.c.product == product
        start = select(func.max(EVALUATIONS.c.start)).where(mine).scalar_subquery()
        query = select(EVALUATIONS).where(mine, EVALUATIONS.c.start == start)
        metrics = read_all(self._database, WindowMetric, query.order_by(EVALUATIONS.c.row))
        return [*{(each.source, each.metric): each for each in metrics}.values()]

    def all(self, product: str) -> list[WindowMetric]:
        """Return every value ever recorded, in the order of recording."""
        query = (
            select(EVALUATIONS).where(EVALUATIONS.c.product == product).order_by(EVALUATIONS.c.row)
        )
        return read_all(self._database, WindowMetric, query)
