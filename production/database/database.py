"""One database, opened by URL: transactions, and snapshots to read from.

A commit is durable when ``transaction`` returns, and alone makes a thing visible to others.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from contracts.errors import ConfigError, ConflictError, StateError, near
from production.database import sqlite
from production.database.migrations import MIGRATIONS, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import URL, Connection, Engine

    from production.database.migrations import Migration

#: How to make an engine, by the URL's backend.
ENGINES: dict[str, Callable[[URL], Engine]] = {"sqlite": sqlite.engine}


class Database:
    """Records under transactions. Threads may share it; a process opens its own by the URL.

    Opening creates the schema in an empty database, and migrates an older one forward.

    Args:
        url: For example ``sqlite:///outputs/state.db``.
        migrations: The steps from schema version 1 to today's.

    Raises:
        ConfigError: The URL is malformed, or names a backend that is unknown.
        StateError: The database was written by newer code, or holds something else.
    """

    def __init__(self, url: str, *, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        self.url = url
        self._engine = _engine(url)
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

        Inside another transaction it joins that one: what it did is undone if it fails, and is
        committed when the outer one is.

        Raises:
            ConflictError: Another process kept the database locked for too long.
            StateError: The thread is inside a read, which cannot turn into a write.
        """
        outer = self._current()
        if outer is None:
            with self._begun(writes=True) as connection:
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
        with self._begun(writes=False) as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    def _current(self) -> Connection | None:
        if os.getpid() != self._owner:
            # A connection that crossed a fork would corrupt the parent's.
            self._engine.dispose(close=False)
            self._owner, self._local = os.getpid(), threading.local()
        return getattr(self._local, "connection", None)

    @contextmanager
    def _begun(self, *, writes: bool) -> Iterator[Connection]:
        with _patience(self.url), self._engine.connect() as connection:
            connection.execution_options(**{sqlite.WRITES: writes})
            with connection.begin():
                self._local.connection = connection
                try:
                    yield connection
                finally:
                    self._local.connection = None


def _engine(url: str) -> Engine:
    parsed = known(url)
    return ENGINES[parsed.get_backend_name()](parsed)


def known(url: str) -> URL:
    """Return a URL, read, of a database there is an engine for.

    Raises:
        ConfigError: It is malformed, or of a database there is none for.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError(
            f"expected a database URL, got {url!r}", hint="for example sqlite:///outputs/state.db"
        ) from None
    backend = parsed.get_backend_name()
    if backend not in ENGINES:
        raise ConfigError(
            f"unknown database {backend!r}{near(backend, ENGINES)}", hint=f"one of {[*ENGINES]}"
        )
    return parsed


@contextmanager
def _patience(url: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        raise ConflictError(
            f"another process kept the database {url} locked",
            hint="let it finish, then run again",
        ) from error
