from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from contracts.errors import ConfigError, StateError
from production.database.database import Database, snapshot
from production.database.migrations import VERSION
from production.database.tables import RELEASES

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = {"product": "toy", "code_digest": "a", "contract_version": "1.0.0", "created_at": 0}


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a database with nothing in it but its tables."""
    made = f"sqlite:///{tmp_path / 'liaison.db'}"
    Database(made).close()
    return made


def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    """Looking leaves no trace, not even a folder."""
    with snapshot(f"sqlite:///{tmp_path / 'state' / 'liaison.db'}") as connection:
        assert connection is None
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_sees_what_was_committed_before_it(url: str) -> None:
    """Two reads agree, whatever is written between them; nothing waits for anything."""
    database = Database(url)
    query = select(RELEASES.c.version)
    with database.transaction() as writing:
        writing.execute(RELEASES.insert().values(version="1.0.0", **RELEASE))
        with snapshot(url) as connection:
            assert connection is not None
            assert connection.execute(query).all() == []
    with snapshot(url) as connection:
        assert connection is not None
        assert connection.execute(query).scalars().all() == ["1.0.0"]
    database.close()


def test_a_snapshot_cannot_write(url: str) -> None:
    """What only looks may not change anything, by mistake either."""
    with pytest.raises(StateError, match="readonly"):
        _write(url)


@pytest.mark.parametrize("content", ["something else " * 100, ""])
def test_what_is_no_database_of_ours_is_refused(tmp_path: Path, content: str) -> None:
    """Whatever lies there."""
    (tmp_path / "x.db").write_text(content)
    with pytest.raises(StateError, match=r"cannot be read|without any records of ours"):
        _open(f"sqlite:///{tmp_path / 'x.db'}")


def test_another_schema_version_is_refused_and_left_as_it_is(url: str) -> None:
    """Migrating is for who writes."""
    file = url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE {VERSION.name} SET version = 99")
    connection.close()
    with pytest.raises(StateError, match=r"schema version .*, got 99"):
        _open(url)


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "no url"])
def test_what_names_no_database_is_refused(url: str) -> None:
    """The message shows a URL that would do."""
    with pytest.raises(ConfigError, match=r"expected a (database URL|SQLite file)"):
        _open(url)


def test_a_database_that_nothing_here_writes_is_refused() -> None:
    """As it is where records are kept: a word that is misspelt is no database without records."""
    with pytest.raises(ConfigError, match=r"unknown database 'sqlit'.*sqlite"):
        _open("sqlit:///outputs/state.db")


def _open(url: str) -> None:
    with snapshot(url):
        pass


def _write(url: str) -> None:
    with snapshot(url) as connection:
        assert connection is not None
        connection.execute(RELEASES.insert().values(version="1.0.0", **RELEASE))
