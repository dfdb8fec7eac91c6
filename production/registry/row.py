"""Records to rows and back: what every class of the registry shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import insert

from contracts.errors import ConflictError, StateError, near
from production.database.document import decode, encode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, Row, Table

Record = TypeVar("Record", bound=msgspec.Struct)
#: Columns that hold documents as JSON text.
DOCUMENTS = frozenset({"params", "scores", "detail", "document"})


def write(connection: Connection, table: Table, record: msgspec.Struct) -> None:
    """Insert a record as a row of its table."""
    fields = msgspec.structs.asdict(record)
    values = {name: _out(name, value) for name, value in fields.items()}
    connection.execute(insert(table).values(values))


def read(kind: type[Record], row: Row[Any]) -> Record:
    """Return the record that a row of its table holds."""
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return kind(**{name: _in(name, found[name]) for name in kind.__struct_fields__})


def unknown(what: str, word: str, valid: Iterable[str], *, hint: str) -> StateError:
    """Return the error for a record that is not there, with the nearest that is."""
    names = list(valid)
    return StateError(
        f"unknown {what}{near(word, names)}",
        hint=hint if not names else f"one of {shown(names)}",
    )


def moved(what: str, *, expected: int, found: int | None = None) -> ConflictError:
    """Return the error for a compare-and-swap that lost, found at a revision if that is known."""
    now = "has moved" if found is None else f"is at revision {found}"
    return ConflictError(
        f"{what} {now}, expected revision {expected}: someone else changed it first",
        hint="read it again, then decide again",
    )


def shown(names: Collection[str], limit: int = 10) -> str:
    """Return names for a message, the last few when there are many.

    >>> shown(["a", "b", "c"], limit=2)
    '…, b, c'
    """
    last = list(names)[-limit:]
    return ", ".join(last if len(last) == len(names) else ["…", *last])


def _out(name: str, value: Any) -> Any:
    return encode(value) if name in DOCUMENTS else value


def _in(name: str, value: Any) -> Any:
    return decode(value) if name in DOCUMENTS else value
