"""Many rows in one statement, in each kind of database."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from production.database.database import Database
from production.database.rows import append, matching
from production.database.tables import CHECKPOINTS
from tests.suites.postgresql import fresh_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = [("a", "p", 1, "{}"), ("b", "p", 2, "{}")]
COLUMNS = ("name", "product", "moment", "document")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/a.db"
        if request.param == "postgresql":
            url = stack.enter_context(fresh_schema())
        yield stack.enter_context(closing(Database(url)))


def test_append(database: Database) -> None:
    """New rows are appended, in any order of columns; those already there are not."""
    with database.transaction() as connection:
        assert append(connection, CHECKPOINTS, COLUMNS, ROWS) == 2
        assert append(connection, CHECKPOINTS, COLUMNS, [*ROWS, ("c", "p", 3, "{}")]) == 1
        assert append(connection, CHECKPOINTS, COLUMNS, []) == 0
        query = select(CHECKPOINTS.c.name, CHECKPOINTS.c.moment)
        assert [tuple(row) for row in connection.execute(query)] == [("a", 1), ("b", 2), ("c", 3)]


def test_matching(database: Database) -> None:
    """Rows whose column holds one of the words are returned, quotes and umlauts included."""
    words = ['"', "ä", "'", "x"]
    with database.transaction() as connection:
        append(connection, CHECKPOINTS, COLUMNS, [(word, "p", 0, "{}") for word in words])
        rows = matching(
            connection, select(CHECKPOINTS.c.name), CHECKPOINTS.c.name, [*words[:3], "absent"]
        )
    assert sorted(row[0] for row in rows) == sorted(words[:3])
