"""The registry on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
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
