"""PostgreSQL: the same guarantees as SQLite's, for processes on any number of hosts.

Write transactions take one advisory lock for each schema, so they run one after the other, as they
do on SQLite: numbers have no gap, a row number says what was committed first, and nothing that a
transaction read is stale when it commits. The lock ends with the transaction, also if its process
or connection dies, or stands still. Reads take no lock: each sees the state as of its first query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.exc import ResourceClosedError

from contracts.errors import ConfigError, MissingExtraError, StateError
from production.database.backend import STANDS, Backend, writes
from production.database.faults import translate_faults
from production.database.postgresql_faults import postgresql_fault

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

#: How long a write transaction waits for another.
PATIENCE_MS = 30_000
#: How long a write transaction may do nothing until the server rolls it back, unless the database
#: was opened for less: what waits for a process that was stopped in one goes on before its own
#: patience ends.
STANDS_MS = 20_000
CONNECT_SECONDS = 10
#: When a connection counts as lost whose other end went without a word: what was sent is not
#: acknowledged for so many milliseconds, or probes of a silent one are not answered.
LOST = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}
DRIVER = "postgresql+psycopg"
#: The lock's first key, so that it is not one of other software in the same database.
LOCK = 0x11A150
READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
# Each statement of a transaction that is READ COMMITTED sees all that was committed before it; a
# snapshot would be older than the lock. The server may be set to acknowledge commits before they
# are on its disk; a setting that waits for more than that is left.
WRITE = f"""
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
SET LOCAL lock_timeout = {{patience}};
SET LOCAL idle_in_transaction_session_timeout = {{stands}};
SELECT set_config('synchronous_commit', 'on', true)
    WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
SELECT pg_advisory_xact_lock({LOCK}, coalesce(hashtext(current_schema()), 0))
"""


def writer(url: URL, _pages: int = 0) -> Engine:
    """Return an engine for a PostgreSQL database whose commits are durable.

    Raises:
        ConfigError: The URL names another driver than psycopg, or no database.
        MissingExtraError: psycopg is not installed.
    """
    engine = create_engine(
        _checked(url),
        pool_size=8,
        max_overflow=-1,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "liaison",
            **LOST,
        },
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _check_whole)
    return translate_faults(engine, postgresql_fault)


def _checked(url: URL) -> URL:
    if url.drivername not in {"postgresql", DRIVER} or not url.database:
        raise ConfigError(
            f"expected a PostgreSQL database, got {url!r}",
            hint="for example postgresql://user@host:5432/liaison",
        )
    try:
        import psycopg  # noqa: F401, PLC0415 - an optional extra
    except ModuleNotFoundError:
        raise MissingExtraError(
            "psycopg", extra="postgres", purpose="database=postgresql"
        ) from None
    return url.set(drivername=DRIVER)


def _begin(connection: Connection) -> None:
    if not writes(connection):
        connection.exec_driver_sql(READ)
        return
    stands = connection.get_execution_options().get(STANDS, STANDS_MS)
    connection.exec_driver_sql(WRITE.format(patience=PATIENCE_MS, stands=stands))


def _check_whole(connection: Connection) -> None:
    """Refuse to commit after a statement failed: PostgreSQL would roll back without an error."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise ResourceClosedError("the connection was closed")
    if driver.info.transaction_status.name == "INERROR":
        raise StateError(
            "a statement failed earlier in this transaction, so nothing of it was committed",
            hint="run the same command again",
        )


# Its reads cannot write, so that one engine serves both; there is always a database.
BACKEND = Backend(writer=writer, reader=writer)
