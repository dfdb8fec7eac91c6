"""The feature store in the product's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from sqlalchemy import delete, select

from contracts.data.rows import INSTANT
from contracts.data.stored.values import VALUE, checked_values, empty_values, known_moments
from contracts.errors import DataError
from contracts.ports import ID, KNOWN
from production.database.rows import append, decode, encode
from production.database.tables import FEATURE_VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.database.database import Database

COLUMNS = ("product", "id", "known", "value", "entity")


class DatabaseFeatureStore:
    """Keeps values in a table, a row each.

    Args:
        database: The database.
        product: The product.
        entity: The columns that name an entity.
    """

    def __init__(self, database: Database, product: str, entity: Sequence[str]) -> None:
        self._database, self._product, self._entity = database, product, tuple(entity)

    def record(self, rows: pa.Table) -> int:
        """Add values in the caller's transaction, if there is one; return how many were new.

        Raises:
            DataError: They are malformed, or lack a column that names an entity.
        """
        rows = of_entity(checked_values(rows), self._entity)
        entities = zip(*(rows[name].to_pylist() for name in self._entity), strict=True)
        columns = zip(
            rows[ID].to_pylist(),
            known_moments(rows).tolist(),
            rows[VALUE].to_pylist(),
            map(encode, entities),
            strict=True,
        )
        with self._database.transaction() as connection:
            return append(
                connection, FEATURE_VALUES, COLUMNS, ((self._product, *row) for row in columns)
            )

    def forget(self, before: int, *, most: int) -> int:
        """Delete values that became known before a moment, the oldest first; return how many."""
        table = FEATURE_VALUES.c
        oldest = (
            select(table.id)
            .where(table.product == self._product, table.known < before)
            .order_by(table.known, table.id)
            .limit(most)
        )
        with self._database.transaction() as connection:
            ids = connection.execute(oldest).scalars().all()
            mine = delete(FEATURE_VALUES).where(table.product == self._product, table.id.in_(ids))
            return connection.execute(mine).rowcount if ids else 0

    def window(self, start: int, end: int) -> pa.Table:
        """Return the values that became known in ``[start, end)``, ordered by that, then id."""
        table = FEATURE_VALUES.c
        query = (
            select(table.id, table.known, table.value, table.entity)
            .where(table.product == self._product)
            .where(table.known >= start, table.known < end)
            .order_by(table.known, table.id)
        )
        with self._database.reading() as connection:
            found = connection.execute(query).all()
        if not found:
            return empty_values(self._entity)
        ids, known, values, texts = zip(*found, strict=True)
        entities = zip(*map(decode, texts), strict=True)
        return pa.table(
            {
                ID: pa.array(ids, pa.string()),
                KNOWN: pa.array(known, INSTANT),
                VALUE: pa.array(values, pa.int64()),
                **{n: pa.array(each) for n, each in zip(self._entity, entities, strict=True)},
            }
        )


def of_entity(rows: pa.Table, entity: Sequence[str]) -> pa.Table:
    """Return values with the columns that name an entity, in their order, and no others.

    Raises:
        DataError: One is missing.
    """
    missing = [name for name in entity if name not in rows.column_names]
    if missing:
        raise DataError(
            f"values of stored features lack columns of an entity: {', '.join(missing)}",
            hint="let the query of `values` select what the features' entities name",
        )
    return rows.select([ID, KNOWN, VALUE, *entity])
