"""Faults of a database's disk as errors of ours, which name the file, the cause and the next step.

SQLAlchemy hands every error of its driver to one listener: on opening, in a statement, in a commit.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import event

from contracts.errors import ConflictError, StateError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What a fault means to whoever runs the command.

    Attributes:
        what: What is wrong with the database.
        hint: The next step.
        kind: The kind of error that it becomes.
    """

    what: str
    hint: str
    kind: type[StateError] = StateError


_AGAIN = "then run the same command again"
_READ_ONLY = Fault(
    what="cannot be written", hint=f"check who may write the file and its folder, {_AGAIN}"
)
_DAMAGED = Fault(
    what="is damaged, or is not a SQLite database",
    hint="put the file back from a copy, or move it away and start anew",
)
_LOCKED = Fault(
    what="was locked by another process for too long",
    hint=f"let it finish, {_AGAIN}",
    kind=ConflictError,
)
#: By SQLite's primary result code (https://sqlite.org/rescode.html).
FAULTS: dict[int, Fault] = {
    sqlite3.SQLITE_FULL: Fault(what="has no space left", hint=f"free some space, {_AGAIN}"),
    sqlite3.SQLITE_IOERR: Fault(
        what="could not be read or written", hint=f"check the disk and its free space, {_AGAIN}"
    ),
    sqlite3.SQLITE_CANTOPEN: Fault(
        what="cannot be opened",
        hint=f"check the path, and who may read and write it and its folder, {_AGAIN}",
    ),
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
}
#: The low byte of an extended result code is the primary one.
PRIMARY = 0xFF


def translate_faults(engine: Engine) -> Engine:
    """Make an engine raise a StateError for each fault of its disk, and return the engine.

    SQLite may have ended the whole transaction already, so that further statements would be
    committed one by one: all of it is rolled back and its connection closed, so that nothing more
    of the transaction can run.
    """
    event.listen(engine, "handle_error", _translate)
    return engine


def _translate(context: ExceptionContext) -> StateError | None:
    error = context.original_exception
    fault = FAULTS.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)
    if fault is None or context.engine is None:
        return None
    _roll_back(context)
    context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
    return fault.kind(
        f"the database {context.engine.url.database} {fault.what}: {_cause(error)}", hint=fault.hint
    )


def _roll_back(context: ExceptionContext) -> None:
    """Release the locks now: a closed connection keeps them as long as something has its cursor."""
    if context.connection is not None and not context.connection.invalidated:
        with suppress(sqlite3.Error):  # the first error is the one to know of
            context.connection.connection.rollback()


def _cause(error: BaseException) -> str:
    """Return the driver's own words, with the extended code that tells reading from syncing."""
    return f"{error} ({getattr(error, 'sqlite_errorname', type(error).__name__)})"
