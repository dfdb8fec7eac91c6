"""A database looked at from outside: nothing is created, migrated or locked for writing."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError, OperationalError

from contracts.errors import ConfigError, StateError
from production.database.database import known
from production.database.migrations import MIGRATIONS, version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

TODAY = 1 + len(MIGRATIONS)
#: How long a reader waits for a writer that is just committing.
PATIENCE_S = 30


@contextmanager
def snapshot(url: str) -> Iterator[Connection | None]:
    """Yield a connection that reads one snapshot; none where there is no database yet.

    Raises:
        ConfigError: The URL is malformed, or names no database that can be looked at.
        StateError: It is none of ours, of another schema version, or cannot be read.
    """
    parsed = _parsed(url)
    if not Path(str(parsed.database)).is_file():
        yield None
        return
    engine = _engine(parsed)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            _check(connection, url)
            yield connection
    except (OperationalError, DatabaseError) as error:
        raise StateError(
            f"{url} cannot be read: {error.orig}",
            hint="is it the database of a run? let a run that uses it finish, then try again",
        ) from error
    finally:
        engine.dispose()


def _parsed(url: str) -> URL:
    parsed = known(url)
    if not parsed.database or parsed.database == ":memory:":
        raise ConfigError(
            f"expected a database URL, got {url!r}", hint="for example sqlite:///outputs/state.db"
        )
    return parsed


def _engine(url: URL) -> Engine:
    file = Path(str(url.database)).resolve().as_uri()

    def connect() -> sqlite3.Connection:
        # Begun by hand: the driver would begin nothing before a write, so no two reads would agree.
        return sqlite3.connect(
            f"{file}?mode=ro", uri=True, timeout=PATIENCE_S, isolation_level=None
        )

    return create_engine("sqlite://", creator=connect)


def _check(connection: Connection, url: str) -> None:
    found = version(connection)
    if found != TODAY:
        raise StateError(
            f"{url}: expected a database of schema version {TODAY}, "
            + (f"got {found}" if found else "got one that holds no records of ours"),
            hint="run what uses it once with this version of liaison-lifecycle, which migrates it",
        )
