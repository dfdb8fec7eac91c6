"""A database opened by URL: transactions, and snapshots to read from.

A commit is durable when ``transaction`` returns; only then do others see what it wrote.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError, PendingRollbackError

from contracts.errors import ConfigError, StateError, did_you_mean
from production.database import sqlite
from production.database.migrations import MIGRATIONS, migrate, version
from production.database.url import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import URL, Connection, Engine

    from production.database.migrations import Migration

#: What opens a database for writing, by the URL's backend.
ENGINES: dict[str, Callable[[URL], Engine]] = {"sqlite": sqlite.writer}


class Database:
    """A database. Threads may share it; each process opens its own.

    Opening it creates the schema in an empty database, and migrates an older one.

    Every method raises a StateError that names the file, the cause and the next step if the disk is
    full or fails, or if the file is damaged, cannot be written or is locked for too long: then
    nothing of the transaction is committed.

    Args:
        url: For example ``sqlite:///outputs/state.db``.
        migrations: The steps from schema version 1 to today's.

    Raises:
        ConfigError: The URL is malformed, or of an unknown backend.
        StateError: The database was written by newer code, or has tables of something else.
    """

    def __init__(self, url: str | URL, *, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        parsed = _known(url)
        self._engine = ENGINES[parsed.get_backend_name()](parsed)
        self._owner = os.getpid()
        self._local = threading.local()
        try:
            with self.transaction() as connection:
                migrate(connection, migrations)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection that writes; commit at the end, roll back on an error.

        Inside another transaction it is a part of that one: an error rolls back what it wrote, and
        the outer transaction commits it.

        Raises:
            ConflictError: Another process locked the database for too long.
            StateError: The thread is inside a read, which cannot become a write.
        """
        outer = self._current()
        if outer is None:
            with self._begin(writes=True) as connection:
                yield connection
            return
        if not outer.get_execution_options().get(sqlite.WRITES, False):
            raise StateError("a read cannot turn into a write", hint="open the transaction first")
        with outer.begin_nested():
            yield outer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that reads one snapshot; inside a transaction, its own writes too."""
        outer = self._current()
        if outer is not None:
            yield outer
            return
        with self._begin(writes=False) as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    def _current(self) -> Connection | None:
        """Return the connection of the transaction or read that the thread is in."""
        if os.getpid() != self._owner:
            # Using a connection that was opened before a fork would corrupt the parent's.
            self._engine.dispose(close=False)
            self._owner, self._local = os.getpid(), threading.local()
        return getattr(self._local, "connection", None)

    @contextmanager
    def _begin(self, *, writes: bool) -> Iterator[Connection]:
        with _no_half_commits(), self._engine.connect() as connection:
            connection.execution_options(**{sqlite.WRITES: writes})
            with connection.begin():
                self._local.connection = connection
                try:
                    yield connection
                finally:
                    self._local.connection = None


@contextmanager
def snapshot(url: str | URL) -> Iterator[Connection | None]:
    """Yield a connection that reads one snapshot; none if there is no database yet.

    Nothing is created, migrated, or locked for writing.

    Raises:
        ConfigError: The URL is malformed, or names no file.
        StateError: The database is of another schema version or of something else, or it cannot be
            read.
    """
    parsed = _known(url)
    if not sqlite.file(parsed).is_file():
        yield None
        return
    engine = sqlite.reader(parsed)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            _check_version(connection, url)
            yield connection
    except DatabaseError as error:
        raise StateError(
            f"{url} cannot be read: {error.orig}",
            hint="is it the database of a run? let a run that uses it finish, then try again",
        ) from error
    finally:
        engine.dispose()


def _known(url: str | URL) -> URL:
    parsed = parse(url)
    backend = parsed.get_backend_name()
    if backend not in ENGINES:
        raise ConfigError(
            f"unknown database {backend!r}{did_you_mean(backend, ENGINES)}",
            hint=f"one of {[*ENGINES]}",
        )
    return parsed


def _check_version(connection: Connection, url: str | URL) -> None:
    number, today = version(connection), 1 + len(MIGRATIONS)
    if number != today:
        raise StateError(
            f"{url}: expected a database of schema version {today}, "
            + (f"got {number}" if number else "got one without any records of ours"),
            hint="run what uses it once with this version of liaison-lifecycle, which migrates it",
        )


@contextmanager
def _no_half_commits() -> Iterator[None]:
    """Refuse to go on with a transaction in which the disk failed, whoever caught that error."""
    try:
        yield
    except PendingRollbackError as error:
        raise StateError(
            "the disk failed earlier in this transaction, so nothing of it was committed",
            hint="check the disk and its free space, then run the same command again",
        ) from error
