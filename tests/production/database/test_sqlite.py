"""SQLite as the database: the version that decides on its journal, and its settings."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConfigError
from production.database.database import Database
from production.database.sqlite import journal, wal_is_safe

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "version", [(3, 44, 6), (3, 44, 7), (3, 50, 7), (3, 51, 3), (3, 52, 0), (3, 54, 1), (4, 0, 0)]
)
def test_fixed(version: tuple[int, int, int]) -> None:
    """A SQLite without the WAL-reset bug keeps a write-ahead log."""
    assert wal_is_safe(version)
    assert journal(version) == "wal"


@pytest.mark.parametrize(
    "version",
    [
        (3, 7, 0),
        (3, 40, 1),
        (3, 44, 5),
        (3, 45, 9),
        (3, 49, 99),
        (3, 50, 6),
        (3, 51, 0),
        (3, 51, 2),
    ],
)
def test_broken(version: tuple[int, int, int]) -> None:
    """A SQLite with the WAL-reset bug keeps a rollback journal, in branches between fixes too."""
    assert not wal_is_safe(version)
    assert journal(version) == "truncate"


def test_settings(tmp_path: Path) -> None:
    """Every connection is durable, checks foreign keys, waits its turn and keeps its journal."""
    database = Database(f"sqlite:///{tmp_path}/a.db")
    with database.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "foreign_keys", "busy_timeout", "journal_mode")
        }
    database.close()
    assert settings == {
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "journal_mode": journal(sqlite3.sqlite_version_info[:3]),
    }


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_refused(url: str) -> None:
    """A database in memory is refused: it would forget what it acknowledged."""
    with pytest.raises(ConfigError, match="expected a SQLite file"):
        Database(url)
