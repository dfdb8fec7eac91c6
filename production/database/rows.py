"""Rows: documents as JSON text, and many rows in one statement."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Text, any_, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Dialect, Select, Table
    from sqlalchemy.types import TypeEngine

#: How many rows one statement of SQLite inserts. Other threads run once a statement, and any
#: version takes so many parameters.
TOGETHER = 64


def encode(document: Any) -> str:
    """Return a document as JSON text with sorted keys, so that equal documents are equal texts.

    >>> encode({"b": 1, "a": [True, None]})
    '{"a":[true,null],"b":1}'
    """
    return msgspec.json.encode(document, order="sorted").decode()


def decode(text: str) -> Any:
    """Return the document of a JSON text."""
    return msgspec.json.decode(text)


def append(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert the rows that are new, and return their number.

    The rows go straight to the driver: a dictionary for each would take several times longer.

    Args:
        connection: An open transaction.
        table: The table, whose unique constraints decide which rows are new.
        columns: The columns' names, in the order of a row's values.
        rows: Values as the driver takes them; SQLAlchemy's types do not convert them.
    """
    values = [tuple(row) for row in rows]
    if not values:
        return 0
    if connection.dialect.name == "postgresql":
        return _append_arrays(connection, table, columns, values)
    statement, order = _insert(connection.dialect, table, tuple(columns))
    if order != tuple(columns):
        places = [columns.index(name) for name in order]
        values = [tuple(row[place] for place in places) for row in values]
    whole = len(values) - len(values) % TOGETHER
    count = 0
    for start in range(0, whole, TOGETHER):
        words = tuple(chain.from_iterable(values[start : start + TOGETHER]))
        count += connection.exec_driver_sql(_together(statement, len(columns)), words).rowcount
    if whole < len(values):
        count += connection.exec_driver_sql(statement, values[whole:]).rowcount
    return count


@lru_cache(maxsize=64)
def _insert(
    dialect: Dialect, table: Table, columns: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the statement by which SQLite inserts a row, and the order of its values."""
    statement = sqlite.insert(table).on_conflict_do_nothing()
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    return str(compiled), tuple(compiled.positiontup or columns)


@lru_cache(maxsize=64)
def _together(statement: str, width: int) -> str:
    """Return a statement that inserts a row as one that inserts `TOGETHER` rows."""
    row = f"({', '.join('?' * width)})"
    return statement.replace(row, ", ".join([row] * TOGETHER), 1)


def _append_arrays(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> int:
    """Insert rows as one array a column: a statement for each row would take several times longer.

    The rows are inserted in their order, so that of equal ones the first one stands.
    """
    arrays = (
        literal([*column], postgresql.ARRAY(_plain(table.c[name].type)))
        for name, column in zip(columns, zip(*rows, strict=True), strict=True)
    )
    source = func.unnest(*arrays).table_valued(*columns, name="fresh").render_derived()
    query = select(*(source.c[name] for name in columns))
    statement = postgresql.insert(table).from_select(list(columns), query)
    options = {"preserve_rowcount": True}
    return connection.execute(
        statement.on_conflict_do_nothing(), execution_options=options
    ).rowcount


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return a column's type without its collation, which the type of an array cannot have."""
    return Text() if isinstance(kind, Text) else kind


def matching(
    connection: Connection, query: Select[Any], column: ColumnElement[str], words: Sequence[str]
) -> list[Sequence[Any]]:
    """Return the rows of a query in which a column is one of many words.

    The words are one parameter, so that the statement is the same for any number of them: an array,
    which SQLite takes as JSON.
    """
    among: ColumnElement[bool]
    if connection.dialect.name == "sqlite":
        listed = func.json_each(encode(words)).table_valued("value")
        among = column.in_(select(listed.c.value))
    else:
        among = column == any_(literal([*words], postgresql.ARRAY(Text)))
    return list(connection.execute(query.where(among)).all())
