"""Many rows in one statement: the path of the logs, past the cost of a dictionary a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from production.database.document import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Select, Table

#: Identifiers a single question names at most; every dialect allows more parameters than this.
CHUNK = 10_000
INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def append(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows that are not there yet and return how many that were.

    Args:
        connection: An open transaction.
        table: Where to; its unique constraints say what "there already" means.
        columns: The columns' names, in the order of a row's values.
        rows: Values as the driver takes them: no type of SQLAlchemy's converts them.
    """
    values = [tuple(row) for row in rows]
    if not values:
        return 0
    dialect = connection.dialect
    statement = INSERTS[dialect.name](table).on_conflict_do_nothing()
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    order = compiled.positiontup
    if order is None:
        named = [dict(zip(columns, row, strict=True)) for row in values]
        return connection.exec_driver_sql(str(compiled), named).rowcount
    if list(order) != list(columns):
        places = [columns.index(name) for name in order]
        values = [tuple(row[place] for place in places) for row in values]
    return connection.exec_driver_sql(str(compiled), values).rowcount


def matching(
    connection: Connection, query: Select[Any], column: ColumnElement[str], words: Sequence[str]
) -> list[Sequence[Any]]:
    """Return the rows of a query in which a column holds one of many words.

    Each word is a parameter of its own where the dialect knows nothing shorter; SQLite takes them
    as one JSON array, which spares it a new statement for every number of words.
    """
    if connection.dialect.name == "sqlite":
        listed = func.json_each(encode(words)).table_valued("value")
        return list(connection.execute(query.where(column.in_(select(listed.c.value)))).all())
    pieces = [words[start : start + CHUNK] for start in range(0, len(words), CHUNK)]
    return [row for at in pieces for row in connection.execute(query.where(column.in_(at))).all()]
