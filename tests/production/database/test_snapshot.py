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
    address = f"sqlite:///{tmp_path / 'liaison.db'}"
    Database(address).close()
    return address


def test_a_missing_database_is_not_created(tmp_path: Path) -> None:
    """Not even its folder is created."""
    with snapshot(f"sqlite:///{tmp_path / 'state' / 'liaison.db'}") as connection:
        assert connection is None
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_has_what_was_committed_before_it(url: str) -> None:
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
    """Not even by mistake."""
    with pytest.raises(StateError, match="readonly"):
        _write(url)


@pytest.mark.parametrize("content", ["something else " * 100, ""])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    """Whether it is text or empty."""
    (tmp_path / "x.db").write_text(content)
    with pytest.raises(StateError, match=r"not a SQLite database|without any records of ours"):
        _open(f"sqlite:///{tmp_path / 'x.db'}")


def test_another_schema_version_is_refused_and_left_as_it_is(url: str) -> None:
    """Only a process that writes migrates."""
    file = url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE {VERSION.name} SET version = 99")
    connection.close()
    with pytest.raises(StateError, match=r"schema version .*, got 99"):
        _open(url)


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "no url"])
def test_a_url_without_a_file_is_refused(url: str) -> None:
    """The message has a valid URL as an example."""
    with pytest.raises(ConfigError, match=r"expected a (database URL|SQLite file)"):
        _open(url)


def test_an_unknown_backend_is_refused() -> None:
    """A misspelt backend is an error, as it is for writing, not an empty database."""
    with pytest.raises(ConfigError, match=r"unknown database 'sqlit'.*sqlite"):
        _open("sqlit:///outputs/state.db")


def _open(url: str) -> None:
    with snapshot(url):
        pass


def _write(url: str) -> None:
    with snapshot(url) as connection:
        assert connection is not None
        connection.execute(RELEASES.insert().values(version="1.0.0", **RELEASE))
