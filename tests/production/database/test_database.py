"""Transactions on SQLite: what others see of them, and what a killed process leaves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConfigError, ConflictError
from production.database import sqlite
from production.database.database import Database
from tests.suites.database import DatabaseSuite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class TestSqlite(DatabaseSuite):
    """It does what every database does."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> Iterator[str]:
        """The URL of a database that does not exist yet, nor does its folder."""
        file = tmp_path / "state" / "a.db"
        yield f"sqlite:///{file}"
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waited too long says what locks the database, and what to do."""
    monkeypatch.setattr(sqlite, "PATIENCE_MS", 1)
    url = f"sqlite:///{tmp_path}/a.db"
    with (
        closing(Database(url)) as database,
        closing(Database(url)) as other,
        database.transaction(),
        pytest.raises(ConflictError, match="was locked by another"),
        other.transaction(),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("state.db", "expected a database URL, got 'state.db'"),
        ("sqlit:///a.db", "unknown database 'sqlit' \\(did you mean 'sqlite'"),
    ],
)
def test_bad_url(url: str, words: str) -> None:
    """A URL that names no database is refused with the next step."""
    with pytest.raises(ConfigError, match=words):
        Database(url)
