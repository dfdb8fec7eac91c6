"""The schema's version: older databases move forward, newer and foreign ones are refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from contracts.errors import StateError
from production.database.database import Database
from production.database.migrations import MIGRATIONS, version
from production.registry.releases import Releases

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: The schema of version 1 as it was released, with a release in it: never to be edited.
RECORDED = (Path(__file__).parent / "schema_1.sql").read_text(encoding="utf-8")


def add_owner(connection: Connection) -> None:
    """Lead from version 1 to 2."""
    connection.execute(text("ALTER TABLE releases ADD COLUMN owner TEXT"))


def name_owner(connection: Connection) -> None:
    """Lead from version 2 to 3."""
    connection.execute(text("UPDATE releases SET owner = 'us'"))


def fail(connection: Connection) -> None:
    """Fail half-way."""
    add_owner(connection)
    raise KeyError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of version 1."""
    file = tmp_path / "a.db"
    run(file, RECORDED)
    return file


def run(file: Path, script: str) -> None:
    """Run statements past our own code."""
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def ask(file: Path, query: str) -> list[tuple[object, ...]]:
    """Return a query's rows, past our own code."""
    connection = sqlite3.connect(file)
    rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def schema(file: Path) -> list[tuple[object, ...]]:
    """Return the tables with their columns, and the indexes."""
    columns = """
        SELECT m.type, m.name, c.name, c.type, c."notnull", c.pk
        FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
    """
    indexes = """
        SELECT m.tbl_name, x."unique", x.partial, i.seqno, i.name
        FROM sqlite_master m, pragma_index_list(m.name) x, pragma_index_info(x.name) i
        WHERE m.type = 'table'
    """
    return sorted(ask(file, columns), key=repr) + sorted(ask(file, indexes), key=repr)


def opened(file: Path, **options: object) -> int:
    """Open a database, close it, and return its version."""
    database = Database(f"sqlite:///{file}", **options)  # type: ignore[arg-type]
    with database.reading() as connection:
        number = version(connection)
    database.close()
    return number


def test_version_1_opens(file: Path, tmp_path: Path) -> None:
    """A database of version 1 opens today, keeps its records, and is like a new one."""
    assert opened(file) == opened(tmp_path / "new.db") == 1 + len(MIGRATIONS)
    assert schema(file) == schema(tmp_path / "new.db")
    database = Database(f"sqlite:///{file}")
    assert [each.code_digest for each in Releases(database).all("p")] == ["abc"]
    database.close()


def test_steps_in_order(file: Path) -> None:
    """Each step is taken once, in order, and the version says so."""
    assert opened(file, migrations=[add_owner]) == 2
    assert ask(file, "SELECT owner FROM releases") == [(None,)]
    for _ in range(2):
        assert opened(file, migrations=[add_owner, name_owner]) == 3
    assert ask(file, "SELECT owner FROM releases") == [("us",)]


def test_new_is_latest(tmp_path: Path) -> None:
    """A new database has the latest version without taking a step."""
    assert opened(tmp_path / "new.db", migrations=[fail, fail]) == 3


def test_failed_step_leaves_no_trace(file: Path) -> None:
    """A step that fails half-way leaves the database as it was."""
    before = schema(file)
    with pytest.raises(KeyError):
        opened(file, migrations=[fail])
    assert schema(file) == before
    assert opened(file, migrations=[add_owner]) == 2


def test_newer_refused(file: Path) -> None:
    """A database that newer code wrote is refused with the next step."""
    opened(file, migrations=[add_owner])
    with pytest.raises(StateError, match=r"version 2, this code knows up to 1.*→ install"):
        opened(file, migrations=[])


def test_foreign_refused(tmp_path: Path) -> None:
    """A database with tables of our names and no version is not ours, and stays untouched."""
    run(tmp_path / "a.db", "CREATE TABLE events (x); CREATE TABLE other (x);")
    with pytest.raises(StateError, match=r"found the tables \['events'\]"):
        opened(tmp_path / "a.db")
    assert len(schema(tmp_path / "a.db")) == 2
