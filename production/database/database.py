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
from production.database import postgresql, sqlite
from production.database.backend import STANDS, WRITES, writes
from production.database.migrations import MIGRATIONS, migrate, version
from production.database.url import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import URL, Connection

    from production.database.backend import Backend
    from production.database.migrations import Migration

#: The KiB of pages that a connection keeps unless it is told otherwise.
PAGES = 65_536
#: By the URL's backend.
BACKENDS: dict[str, Backend] = {"sqlite": sqlite.BACKEND, "postgresql": postgresql.BACKEND}


class Database:
    """A database. Threads may share it; each process opens its own.

    Opening it creates the schema in an empty database, and migrates an older one.

    Every method raises a StateError that names the database, the cause and the next step if its
    disk is full or fails, if it is damaged, cannot be reached or written, or is locked for too
    long: then nothing of the transaction is committed. One that is closed stays closed.

    Args:
        url: For example ``sqlite:///outputs/state.db`` or ``postgresql://user@host/liaison``.
        migrations: The steps from schema version 1 to today's.
        deferred: Whether its first transaction or read opens it: it may be away now.
        pages: How many KiB of a file's pages each connection keeps in memory.
        stands: How many milliseconds a write transaction may do nothing until a server rolls it
            back, so that others can write; none for what is usual there.

    Raises:
        ConfigError: The URL is malformed, or of an unknown backend.
        MissingExtraError: The backend's driver is not installed.
        StateError: The database was written by newer code, or has tables of something else.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        migrations: Sequence[Migration] = MIGRATIONS,
        deferred: bool = False,
        pages: int = PAGES,
        stands: int | None = None,
    ) -> None:
        parsed = _known(url)
        self._engine = BACKENDS[parsed.get_backend_name()].writer(parsed, pages)
        self._owner = os.getpid()
        self._local = threading.local()
        self._closed = threading.Event()
        self._migrations, self._is_open = migrations, False
        self._options = {} if stands is None else {STANDS: stands}
        self._fence: Callable[[Connection], None] | None = None
        if not deferred:
            try:
                self._open()
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
            with self._begin(may_write=True) as connection:
                if self._fence:
                    self._fence(connection)
                yield connection
            return
        if not writes(outer):
            raise StateError("a read cannot turn into a write", hint="open the transaction first")
        with outer.begin_nested():
            yield outer

    def fence_by(self, check: Callable[[Connection], None] | None) -> None:
        """Check each transaction before it writes; None checks none.

        Args:
            check: Raises an error where nothing may be written, see `registry.leases`.
        """
        self._fence = check

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that reads one snapshot; inside a transaction, its own writes too."""
        outer = self._current()
        if outer is not None:
            yield outer
            return
        with self._begin(may_write=False) as connection:
            yield connection

    def close(self) -> None:
        """Close all connections: those that threads use now when they give them back."""
        self._closed.set()
        self._engine.pool.dispose()

    def _open(self) -> None:
        """Bring it to today's schema; where it has that, nobody who writes is waited for."""
        with self._connected(may_write=False) as connection:
            is_todays = version(connection) == 1 + len(self._migrations)
        if not is_todays:
            with self._connected(may_write=True) as connection:
                migrate(connection, self._migrations)
        self._is_open = True

    def _current(self) -> Connection | None:
        """Return the connection of the transaction or read that the thread is in."""
        if os.getpid() != self._owner:
            # Using a connection that was opened before a fork would corrupt the parent's.
            self._engine.dispose(close=False)
            self._owner, self._local = os.getpid(), threading.local()
        return getattr(self._local, "connection", None)

    @contextmanager
    def _begin(self, *, may_write: bool) -> Iterator[Connection]:
        if not self._is_open:
            self._open()
        with self._connected(may_write=may_write) as connection:
            yield connection

    @contextmanager
    def _connected(self, *, may_write: bool) -> Iterator[Connection]:
        if self._closed.is_set():
            raise StateError(f"{self._engine.url!r} was closed", hint="open it again")
        try:
            with _no_half_commits(), self._engine.connect() as connection:
                connection.execution_options(**{WRITES: may_write}, **self._options)
                with connection.begin():
                    self._local.connection = connection
                    try:
                        yield connection
                    finally:
                        self._local.connection = None
        finally:
            if self._closed.is_set():
                self._engine.pool.dispose()


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
    engine = BACKENDS[parsed.get_backend_name()].reader(parsed)
    if engine is None:
        yield None
        return
    try:
        with engine.connect() as connection:
            _check_version(connection, parsed)
            yield connection
    except DatabaseError as error:
        raise StateError(
            f"{parsed!r} cannot be read: {error.orig}",
            hint="is it the database of a run? let a run that uses it finish, then try again",
        ) from error
    finally:
        engine.dispose()


def _known(url: str | URL) -> URL:
    parsed = parse(url)
    backend = parsed.get_backend_name()
    if backend not in BACKENDS:
        raise ConfigError(
            f"unknown database {backend!r}{did_you_mean(backend, BACKENDS)}",
            hint=f"one of {[*BACKENDS]}",
        )
    return parsed


def _check_version(connection: Connection, url: URL) -> None:
    number, today = version(connection), 1 + len(MIGRATIONS)
    if number != today:
        raise StateError(
            f"{url!r}: expected a database of schema version {today}, "
            + (f"got {number}" if number else "got one without any records of ours"),
            hint="python -m production task=status migrates that of a product in service, a run's "
            "next run its own",
        )


@contextmanager
def _no_half_commits() -> Iterator[None]:
    """Refuse to go on with a transaction after a fault, whoever caught that error."""
    try:
        yield
    except PendingRollbackError as error:
        raise StateError(
            "the database failed earlier in this transaction, so nothing of it was committed",
            hint="check the database and its disk, then run the same command again",
        ) from error
