"""PostgreSQL as the database: its settings, its locks, and connections that are lost."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts.errors import ConfigError, ConflictError, MissingExtraError, StateError
from production.database import postgresql
from production.database.database import Database, snapshot
from production.database.migrations import version
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from production.registry.releases import Releases
from tests.suites.database import REPOSITORY, DatabaseSuite, add, names
from tests.suites.postgresql import SERVER, fresh_schema
from tests.suites.registry import RELEASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

#: Registers generations and records evaluations, as fast as it can.
WRITER = """
import sys
from msgspec.structs import replace
from production.database.database import Database
from production.registry.evaluations import Evaluations
from production.registry.generations import Generations
from tests.suites.registry import METRIC, TRAINED

database = Database(sys.argv[1])
for _ in range(20):
    with database.transaction():
        number = Generations(database).add(TRAINED).number
        Evaluations(database).record([replace(METRIC, rows=number)])
"""


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of an empty schema."""
    with fresh_schema() as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The schema, open."""
    with closing(Database(url)) as database:
        yield database


class TestPostgresql(DatabaseSuite):
    """It does what every database does."""

    @pytest.fixture
    def url(self) -> Iterator[str]:
        """An empty schema."""
        with fresh_schema() as url:
            yield url


def settings(connection: Connection) -> tuple[str, str, str]:
    """Return the isolation, whether it is read-only, and when a commit is acknowledged."""
    keys = ("transaction_isolation", "transaction_read_only", "synchronous_commit")
    isolation, read_only, commit = (
        str(connection.execute(text(f"SHOW {key}")).scalar()) for key in keys
    )
    return isolation, read_only, commit


@pytest.mark.parametrize(
    ("asked", "used"),
    [("off", "on"), ("local", "on"), ("on", "on"), ("remote_apply", "remote_apply")],
)
def test_a_commit_is_on_the_disk_before_it_is_acknowledged(url: str, asked: str, used: str) -> None:
    """Whatever the server or the login is set to, unless that waits for more."""
    options = f"%20-csynchronous_commit%3D{asked}"
    with closing(Database(url + options)) as database, database.transaction() as connection:
        assert settings(connection) == ("read committed", "off", used)


def test_a_read_sees_one_snapshot_and_cannot_write(database: Database, url: str) -> None:
    """In a process that writes too, and where a database is only read."""
    with database.reading() as connection:
        assert settings(connection)[:2] == ("repeatable read", "on")
    with pytest.raises(StateError, match=r"test on 127\.0\.0\.1 cannot be written: .*25006"):
        _write_in_snapshot(url)


def test_a_schema_without_records_is_not_read(url: str) -> None:
    """Nothing is created in it."""
    with pytest.raises(StateError, match="without any records of ours"), snapshot(url):
        pass


def test_a_writer_that_waited_too_long_says_so(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one goes on."""
    with closing(Database(url)) as other, database.transaction():
        monkeypatch.setattr(postgresql, "PATIENCE_MS", 1)
        with pytest.raises(ConflictError, match="was locked by another process for too long"):
            add(other, "b")
        add(database, "a")
    assert names(database) == ["a"]


def test_a_writer_that_stands_still_gives_way(database: Database, url: str) -> None:
    """As one that was stopped does: its transaction is rolled back, and it learns so."""

    def stand(brief: Database) -> None:
        with brief.transaction():
            add(database, "after")  # it waits until the server ends the one that stands still
            add(brief, "undone")

    with (
        closing(Database(url, stands=500)) as brief,
        pytest.raises(ConflictError, match="stood st"),
    ):
        stand(brief)
    assert names(database) == ["after"]


def test_a_failed_statement_that_was_caught_commits_nothing(database: Database) -> None:
    """PostgreSQL answers the commit by rolling back, without an error."""

    def catch() -> None:
        with database.transaction() as connection:
            add(database, "undone")
            with pytest.raises(IntegrityError):
                connection.execute(text("INSERT INTO checkpoints (product) VALUES ('p')"))

    with pytest.raises(StateError, match="nothing of it was committed"):
        catch()
    assert names(database) == []


def test_a_lost_connection_commits_nothing_and_the_next_one_works(database: Database) -> None:
    """The lock of the lost one ends with it."""

    def lose() -> None:
        with database.transaction() as connection:
            add(database, "undone")
            _terminate(connection)
            add(database, "undone too")

    with pytest.raises(StateError, match=r"test on 127\.0\.0\.1 cannot be reached: terminating"):
        lose()
    add(database, "after")
    assert names(database) == ["after"]


def test_a_connection_lost_before_the_commit_is_no_commit(database: Database) -> None:
    """Who asked for it learns so."""

    def lose() -> None:
        with database.transaction() as connection:
            add(database, "undone")
            _terminate(connection)

    with pytest.raises(StateError, match="cannot be reached"):
        lose()
    assert names(database) == []


def test_idle_connections_that_were_lost_are_replaced(database: Database) -> None:
    """A server that was restarted between two transactions is not noticed."""
    with database.reading() as connection:
        pid = _pid(connection)
    with psycopg.connect(SERVER, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
    add(database, "a")
    assert names(database) == ["a"]


def test_two_processes_write_at_once(database: Database, url: str) -> None:
    """Numbers have no gap, and rows are in the order in which they were committed."""
    Releases(database).add(RELEASE)
    command = [sys.executable, "-c", WRITER, url]
    writers = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(2)]
    assert [writer.wait(timeout=300) for writer in writers] == [0, 0]
    numbers = [*range(1, 41)]
    assert [each.number for each in Generations(database).all("p")] == numbers
    assert [each.rows for each in Evaluations(database).all("p")] == numbers


def test_an_older_schema_is_migrated_once(url: str) -> None:
    """Also if several open it at the same time."""
    Database(url, migrations=[]).close()

    def migrated(_: int) -> int:
        with (
            closing(Database(url, migrations=[_add_owner])) as database,
            database.reading() as connection,
        ):
            connection.execute(text("SELECT owner FROM releases"))
            return version(connection)

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(migrated, range(4))] == [2] * 4


def test_a_step_that_fails_leaves_no_trace(url: str) -> None:
    """Changes of a schema are in the transaction too."""
    Database(url, migrations=[]).close()

    def fail(connection: Connection) -> None:
        _add_owner(connection)
        raise KeyError

    with pytest.raises(KeyError):
        Database(url, migrations=[fail])
    Database(url, migrations=[_add_owner]).close()


def test_a_server_that_does_not_answer_is_named_in_one_line() -> None:
    """Without the password."""
    with pytest.raises(StateError, match=r"database d on 127\.0\.0\.1 cannot be reached") as raised:
        Database("postgresql://me:secret@127.0.0.1:1/d")
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_schema_that_does_not_exist_is_refused(url: str) -> None:
    """Nothing is created elsewhere."""
    with pytest.raises(StateError, match="has no such schema"):
        Database(f"{url}_missing")


@pytest.mark.parametrize("url", ["postgresql+psycopg2://a@b/c", "postgresql://me@host"])
def test_another_driver_or_no_database_is_refused(url: str) -> None:
    """With a URL that works as an example."""
    with pytest.raises(ConfigError, match="for example postgresql://user@host"):
        Database(url)


def test_a_missing_driver_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to install it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[postgres\]"):
        Database("postgresql://me@host/d")


def _add_owner(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE releases ADD COLUMN owner TEXT"))


def _pid(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _terminate(connection: Connection) -> None:
    """End a connection on the server's side, and wait until its process has ended."""
    with psycopg.connect(SERVER, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 10000)", (_pid(connection),))


def _write_in_snapshot(url: str) -> None:
    Database(url).close()
    with snapshot(url) as connection:
        assert connection is not None
        connection.execute(text("INSERT INTO checkpoints VALUES (1, 'p', 'n', 0, '{}')"))
