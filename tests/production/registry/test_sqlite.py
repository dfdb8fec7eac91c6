"""The registry on SQLite."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
from tests.suites.leases import LeaseSuite
from tests.suites.registry import RegistrySuite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class TestSqlite(RegistrySuite):
    """It does what every registry does."""

    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        """An empty file."""
        database = Database(f"sqlite:///{tmp_path}/registry.db")
        yield database
        database.close()


class TestSqliteLeases(LeaseSuite):
    """Its leases do what all leases do."""

    @pytest.fixture
    def databases(self, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
        """One file, opened twice."""
        url = f"sqlite:///{tmp_path}/registry.db"
        with closing(Database(url)) as first, closing(Database(url)) as second:
            yield first, second
