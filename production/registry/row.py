"""Records to rows and back: what the classes of the registry share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import insert

from contracts.errors import ConflictError
from production.database.rows import decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select, Table

    from production.database.database import Database

Record = TypeVar("Record", bound=msgspec.Struct)
#: Columns of documents, stored as JSON text.
DOCUMENTS = frozenset({"params", "scores", "scopes", "detail", "document", "seen", "lineage"})


def values(record: msgspec.Struct) -> dict[str, Any]:
    """Return a record as a row's values by column."""
    fields = msgspec.structs.asdict(record)
    return {name: encode(each) if name in DOCUMENTS else each for name, each in fields.items()}


def write(connection: Connection, table: Table, record: msgspec.Struct) -> None:
    """Insert a record as a row of its table."""
    connection.execute(insert(table).values(values(record)))


def read(
    connection: Connection,
    kind: type[Record],
    query: Select[Any],
    given: Mapping[str, Any] | None = None,
) -> list[Record]:
    """Return the records that a query selects.

    Args:
        connection: An open connection.
        kind: What a row is.
        query: The query. One that is asked again and again is built once, with parameters: building
            it takes longer than asking it.
        given: Its parameters.
    """
    names = kind.__struct_fields__
    return [
        kind(**{name: decode(row[name]) if name in DOCUMENTS else row[name] for name in names})
        for row in connection.execute(query, given).mappings()
    ]


def read_all(
    database: Database,
    kind: type[Record],
    query: Select[Any],
    given: Mapping[str, Any] | None = None,
) -> list[Record]:
    """Return the records that a query selects, from one snapshot: see `read`."""
    with database.reading() as connection:
        return read(connection, kind, query, given)


def lost(what: str, *, expected: int, current: int | None = None) -> ConflictError:
    """Return the error for a compare-and-swap that came too late.

    Args:
        what: What was to change.
        expected: The revision that the caller read.
        current: The revision it has now, if that is known.
    """
    now = "has changed" if current is None else f"is at revision {current}"
    return ConflictError(
        f"{what} {now}, expected revision {expected}: someone else changed it first",
        hint="read it again, then decide again",
    )
