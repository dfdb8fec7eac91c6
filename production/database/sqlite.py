"""SQLite as the database: what makes its commits durable and its writers wait their turn."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from contracts.errors import ConfigError, StateError
from contracts.host.durable import make

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

#: Execution option of a connection that is going to write.
WRITES = "liaison_writes"
#: How long a writer waits for another before it gives up.
PATIENCE_MS = 30_000
CACHE_KIB = 65_536

Release = tuple[int, int, int]
#: The releases that fixed the WAL-reset bug, by their branch; every later branch has the fix.
BACKPORTS: dict[tuple[int, int], int] = {(3, 44): 6, (3, 50): 7}
FIXED: Release = (3, 51, 3)


def wal_is_safe(version: Release) -> bool:
    """Return whether a SQLite of this version is free of the WAL-reset bug.

    In a version that has it, a checkpoint that races a reset of the log can corrupt the file
    (https://sqlite.org/wal.html).

    >>> wal_is_safe((3, 40, 1)), wal_is_safe((3, 50, 7)), wal_is_safe((3, 51, 0))
    (False, True, False)
    """
    if version >= FIXED:
        return True
    return version[2] >= BACKPORTS.get((version[0], version[1]), version[2] + 1)


def journal(version: Release) -> str:
    """Return the journal mode for a SQLite version: ``wal`` where it is safe, else a rollback's.

    The rollback journal is truncated, not deleted: at ``synchronous=FULL`` the truncation is
    synced, whereas the folder of a deleted journal is not.
    """
    return "wal" if wal_is_safe(version) else "truncate"


def engine(url: URL) -> Engine:
    """Return an engine for a SQLite file whose every commit is on disk before it returns.

    Raises:
        ConfigError: The URL names no file.
    """
    if not url.database or url.database == ":memory:":
        raise ConfigError(
            f"expected a SQLite file, got {url}: memory forgets what was acknowledged",
            hint="name a file, for example sqlite:///outputs/state.db",
        )
    make(Path(url.database).parent)
    made = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
        # Each connection serves one thread at a time, but not always the one that opened it.
        connect_args={"timeout": PATIENCE_MS / 1_000, "check_same_thread": False},
    )
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver begins transactions on its own, and deferred ones, unless it is told not to.
    connection.isolation_level = None
    wanted = journal(sqlite3.sqlite_version_info[:3])
    for pragma in ("foreign_keys=ON", "synchronous=FULL", f"cache_size=-{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")
    (found,) = connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()
    if found != wanted:
        raise StateError(
            f"expected SQLite to keep a {wanted} journal, got {found}",
            hint="another process holds the database open with a newer SQLite: stop it first",
        )


def _begin(connection: Connection) -> None:
    # A reader that became a writer half-way would fail instead of waiting.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
