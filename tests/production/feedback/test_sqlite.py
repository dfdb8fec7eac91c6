"""The event and outcome log on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
from tests.suites.events import EventSuite
from tests.suites.feedback import FeedbackSuite
from tests.suites.intake import IntakeSuite
from tests.suites.retention import RetentionSuite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class TestSqlite(EventSuite, FeedbackSuite, IntakeSuite, RetentionSuite):
    """It does what both logs do."""

    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        """An empty file."""
        database = Database(f"sqlite:///{tmp_path}/feedback.db")
        yield database
        database.close()
