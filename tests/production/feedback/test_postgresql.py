"""The event and outcome log on PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
from tests.suites.events import EventSuite
from tests.suites.feedback import FeedbackSuite
from tests.suites.intake import IntakeSuite
from tests.suites.postgresql import fresh_schema
from tests.suites.retention import RetentionSuite

if TYPE_CHECKING:
    from collections.abc import Iterator

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


class TestPostgresql(EventSuite, FeedbackSuite, IntakeSuite, RetentionSuite):
    """It does what both logs do."""

    @pytest.fixture
    def database(self) -> Iterator[Database]:
        """An empty schema."""
        with fresh_schema() as url, closing(Database(url)) as database:
            yield database
