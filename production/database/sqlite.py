"""SQLite: settings that make each commit durable, and writers wait for each other."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from contracts.errors import ConfigError, StateError
from contracts.host.durable import disk_errors, make_folder
from production.database.backend import Backend, writes
from production.database.faults import translate_faults
from production.database.sqlite_faults import sqlite_fault

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

#: How long one connection waits for another that locks the database.
PATIENCE_MS = 30_000

Version = tuple[int, int, int]
#: The oldest versions with the WAL-reset bug fixed, by their branch; all later branches have it.
BACKPORTS: dict[tuple[int, int], int] = {(3, 44): 6, (3, 50): 7}
FIXED: Version = (3, 51, 3)


def file(url: URL) -> Path:
    """Return the file that a URL names.

    Raises:
        ConfigError: The URL names no file, or has options: one makes a file a database in memory.
    """
    if not url.database or url.database == ":memory:":
        raise ConfigError(
            f"expected a SQLite file, got {url}: a database in memory is lost with its process",
            hint="name a file, for example sqlite:///outputs/state.db",
        )
    if url.query:
        raise ConfigError(
            f"expected a SQLite file, got the options {sorted(url.query)} after it in {url}",
            hint="leave out what follows the question mark; %3F is one in a file's name",
        )
    return Path(url.database)


def writer(url: URL, pages: int) -> Engine:
    """Return an engine for a SQLite file, created if missing, whose commits are durable.

    Args:
        url: Names the file.
        pages: How many KiB of its pages a connection keeps in memory.

    Raises:
        ConfigError: The URL names no file.
        StateError: The file's folder cannot be made.
    """
    folder = file(url).parent
    with disk_errors(str(folder)):
        make_folder(folder)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
        # Each connection serves one thread at a time, but not always the one that opened it.
        connect_args={"timeout": PATIENCE_MS / 1_000, "check_same_thread": False},
    )
    event.listen(engine, "connect", lambda connection, _: _prepare(connection, pages))
    event.listen(engine, "begin", _begin)
    return translate_faults(engine, sqlite_fault)


def reader(url: URL) -> Engine | None:
    """Return an engine that only reads a SQLite file, none if there is no such file.

    Raises:
        ConfigError: The URL names no file.
    """
    if not file(url).is_file():
        return None
    path = file(url).resolve().as_uri()

    def connect() -> sqlite3.Connection:
        # The driver itself begins no transaction before a write, so two reads would not agree.
        return sqlite3.connect(
            f"{path}?mode=ro", uri=True, timeout=PATIENCE_MS / 1_000, isolation_level=None
        )

    engine = create_engine(url, creator=connect)
    event.listen(engine, "begin", _begin)
    return translate_faults(engine, sqlite_fault)


def wal_is_safe(version: Version) -> bool:
    """Return whether a version of SQLite is without the WAL-reset bug.

    With the bug, a checkpoint at the same time as a reset of the log can corrupt the file
    (https://sqlite.org/wal.html).

    >>> wal_is_safe((3, 40, 1)), wal_is_safe((3, 50, 7)), wal_is_safe((3, 51, 0))
    (False, True, False)
    """
    if version >= FIXED:
        return True
    return version[2] >= BACKPORTS.get((version[0], version[1]), version[2] + 1)


def journal(version: Version) -> str:
    """Return the journal mode for a version of SQLite: ``wal`` where safe, else a rollback's.

    The rollback journal is truncated, not deleted: with ``synchronous=FULL`` SQLite syncs the
    truncation, but not the folder of a deleted journal.
    """
    return "wal" if wal_is_safe(version) else "truncate"


def _prepare(connection: sqlite3.Connection, pages: int) -> None:
    # By default the driver itself begins transactions, and deferred ones.
    connection.isolation_level = None
    mode = journal(sqlite3.sqlite_version_info[:3])
    for pragma in ("foreign_keys=ON", "synchronous=FULL", f"cache_size=-{pages}"):
        connection.execute(f"PRAGMA {pragma}")
    (actual,) = connection.execute(f"PRAGMA journal_mode={mode}").fetchone()
    if actual != mode:
        raise StateError(
            f"expected SQLite to keep a {mode} journal, got {actual}",
            hint="another process holds the database open with a newer SQLite: stop it first",
        )


def _begin(connection: Connection) -> None:
    # A transaction that begins as a read and then writes would fail instead of waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes(connection) else "BEGIN")


BACKEND = Backend(writer=writer, reader=reader)
