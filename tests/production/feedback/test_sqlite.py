"""The event and outcome log on SQLite."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from production.database.database import Database
from production.feedback.counts import EventCounts
from production.feedback.events import EventLog
from production.feedback.retention import LoggedHistory
from tests.suites.events import EventSuite, events
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


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """Yield how SQLite looks up the rows of each query that is made meanwhile."""
    steps: list[str] = []

    def explain(connection: Any, *statement: Any) -> None:
        driver = connection.connection.driver_connection
        rows = driver.execute(f"explain query plan {statement[1]}", statement[2])
        steps.extend(row[3] for row in rows)

    engine = database._engine
    event.listen(engine, "before_cursor_execute", explain)
    yield steps
    event.remove(engine, "before_cursor_execute", explain)


def test_what_is_asked_again_and_again_reads_only_what_is_new(tmp_path: Path) -> None:
    """Counting served events goes on at the last row; deleting looks events up by their id."""
    with closing(Database(f"sqlite:///{tmp_path}/feedback.db")) as database:
        EventLog(database).record("p", events())
        counts = EventCounts(product="p", database=database)
        counts.since(0)
        history = LoggedHistory(product="p", database=database, most=2)
        with plans(database) as steps:
            counts.since(0)
            history.delete_outcomes(9)
    searches = [each for each in steps if each.startswith(("SEARCH", "SCAN"))]
    expected = ("rowid>?", "outcomes_by_arrival", "events_served_once")
    for search, index in zip(searches, expected, strict=True):
        assert index in search
