"""Faults of the disk under a database: what is raised, and what is committed."""

from __future__ import annotations

import resource
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from contracts.errors import StateError
from production.database.database import Database, snapshot
from production.database.tables import CHECKPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

#: Larger than what a connection keeps in memory before it writes to the file.
LARGE = 100 * 2**20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one committed row."""
    path = tmp_path / "a.db"
    with closing(Database(f"sqlite:///{path}")) as database, database.transaction() as connection:
        add(connection, "before")
    return path


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """The same database, open."""
    with closing(Database(f"sqlite:///{file}")) as database:
        yield database


def add(connection: Connection, name: str, size: int = 1) -> None:
    """Write one row."""
    row: dict[str, Any] = {"product": "p", "name": name, "moment": 0, "document": "x" * size}
    connection.execute(insert(CHECKPOINTS).values(row))


def names(database: Database) -> list[str]:
    """Return the rows' names."""
    with database.reading() as connection:
        return list(connection.execute(select(CHECKPOINTS.c.name)).scalars())


def fill(connection: Connection) -> None:
    """Write more than the disk has: here, more pages than the connection may use."""
    connection.exec_driver_sql("PRAGMA max_page_count=1")
    add(connection, "large", 10**6)


def break_disk(connection: Connection) -> None:
    """Write beyond a size that the system allows no file to have."""
    with largest_file(10**6):
        add(connection, "large", LARGE)


def forbid_writing(connection: Connection) -> None:
    """Write where nothing may be written."""
    connection.exec_driver_sql("PRAGMA query_only=ON")
    add(connection, "small")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size, in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


FAULTS = pytest.mark.parametrize(
    ("fault", "words"),
    [
        (fill, r"has no space left: database or disk is full \(SQLITE_FULL\)"),
        (break_disk, r"could not be read or written: disk I/O error \(SQLITE_IOERR_WRITE\)"),
        (forbid_writing, r"cannot be written: attempt to write a readonly database"),
    ],
)


@FAULTS
def test_a_fault_names_the_file_the_cause_and_the_next_step(
    database: Database, file: Path, fault: Callable[[Connection], None], words: str
) -> None:
    """In one line, and inside inner transactions too: their rollback hides nothing."""
    with (
        pytest.raises(StateError, match=rf"the database {file} {words}") as raised,
        database.transaction(),
        database.transaction() as connection,
    ):
        fault(connection)
    assert "run the same command again" in raised.value.hint
    assert "\n" not in str(raised.value)


@FAULTS
def test_a_fault_undoes_its_transaction_alone(
    database: Database, fault: Callable[[Connection], None], words: str
) -> None:
    """What was committed stays, and the database can be used once the fault is gone."""

    def fail() -> None:
        with database.transaction() as connection:
            add(connection, "undone")
            fault(connection)

    with pytest.raises(StateError, match=words):
        fail()
    assert names(database) == ["before"]
    with database.transaction() as connection:
        add(connection, "after")
    assert sorted(names(database)) == ["after", "before"]


def test_a_transaction_whose_fault_was_caught_commits_nothing(database: Database) -> None:
    """SQLite ended it at the fault: a commit that did nothing must not pass for one that did."""

    def catch() -> None:
        with database.transaction() as connection:
            add(connection, "undone")
            with pytest.raises(StateError, match="no space left"), database.transaction():
                fill(connection)

    with pytest.raises(StateError, match="nothing of it was committed"):
        catch()
    assert names(database) == ["before"]


def test_nothing_is_written_after_a_fault_that_was_caught(database: Database) -> None:
    """A statement after it would be committed on its own."""

    def go_on() -> None:
        with database.transaction() as connection:
            with pytest.raises(StateError, match="no space left"):
                fill(connection)
            add(connection, "alone")

    with pytest.raises(StateError, match="nothing of it was committed"):
        go_on()
    assert names(database) == ["before"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.write_bytes(b"no database " * 1_000), "is damaged, or is not a SQLite"),
        (
            lambda file: file.write_bytes(file.read_bytes()[:100] + b"\xff" * 50_000),
            "is damaged, or is not a SQLite",
        ),
        (lambda file: (file.unlink(), file.mkdir()), "cannot be opened"),
    ],
)
def test_a_file_that_is_no_database_is_named(
    file: Path, spoil: Callable[[Path], object], words: str
) -> None:
    """To a writer, and to a reader if it is a file at all."""
    spoil(file)
    with pytest.raises(StateError, match=rf"the database {file} {words}"):
        Database(f"sqlite:///{file}")
    if file.is_file():
        with pytest.raises(StateError, match=rf"the database {file} {words}"), _snapshot(file):
            pass


def test_a_folder_that_cannot_be_made_is_named(file: Path) -> None:
    """Here because a file is in its place."""
    with pytest.raises(StateError, match=f"{file}/inner could not be written"):
        Database(f"sqlite:///{file}/inner/b.db")


@contextmanager
def _snapshot(file: Path) -> Iterator[object]:
    with snapshot(f"sqlite:///{file}") as connection:
        yield connection
