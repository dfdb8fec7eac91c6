"""What SQLite's errors mean: faults of the disk, and other processes that lock the file."""

from __future__ import annotations

import sqlite3

from contracts.errors import ConflictError
from production.database.faults import AGAIN, Fault

_READ_ONLY = Fault(
    what="cannot be written", hint=f"check who may write the file and its folder, {AGAIN}"
)
_DAMAGED = Fault(
    what="is damaged, or is not a SQLite database",
    hint="put the file back from a copy, or move it away and start anew",
)
_LOCKED = Fault(
    what="was locked by another process for too long",
    hint=f"let it finish, {AGAIN}",
    kind=ConflictError,
)
#: By SQLite's primary result code (https://sqlite.org/rescode.html).
FAULTS: dict[int, Fault] = {
    sqlite3.SQLITE_FULL: Fault(what="has no space left", hint=f"free some space, {AGAIN}"),
    sqlite3.SQLITE_IOERR: Fault(
        what="could not be read or written", hint=f"check the disk and its free space, {AGAIN}"
    ),
    sqlite3.SQLITE_CANTOPEN: Fault(
        what="cannot be opened",
        hint=f"check the path, and who may read and write it and its folder, {AGAIN}",
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


def sqlite_fault(error: BaseException) -> Fault | None:
    """Return what an error of SQLite means, none if it is no fault of the database."""
    return FAULTS.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY)
