"""The feature store on SQLite, and what fills it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from contracts.data.stored.values import MemoryValues, checked_values
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME, HOUR
from production.database.database import Database
from production.features.database import DatabaseFeatureStore
from production.features.intake import FeatureIntake
from production.registry.checkpoints import Checkpoints
from tests.suites.feature_store import ENTITY, FeatureStoreSuite, values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from contracts.data.stored.values import Values


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty file."""
    with closing(Database(f"sqlite:///{tmp_path}/features.db")) as database:
        yield database


class TestSqlite(FeatureStoreSuite):
    """It satisfies the suite of every store."""

    @pytest.fixture
    def store(self, database: Database) -> DatabaseFeatureStore:
        """An empty table."""
        return DatabaseFeatureStore(database, "p", ENTITY)


def test_products_share_no_value(database: Database) -> None:
    """Each has its own of one id."""
    mine, yours = (DatabaseFeatureStore(database, name, ENTITY) for name in ("mine", "yours"))
    rows = values(10)
    assert (mine.record(rows), yours.record(rows.slice(5))) == (10, 5)
    assert yours.window(0, END_OF_TIME).num_rows == 5


def intake(database: Database, source: Values, *, overlap: int = 0) -> FeatureIntake:
    """Return an intake from some values, which begins an hour after them."""
    return FeatureIntake(
        product="p",
        values=source,
        store=DatabaseFeatureStore(database, "p", ENTITY),
        checkpoints=Checkpoints(database),
        database=database,
        first=HOUR,
        overlap=overlap,
    )


def test_each_step_takes_what_became_known_since_the_last(database: Database) -> None:
    """From the first moment on, and a moment that was reached takes nothing."""
    source = MemoryValues(values(500))
    counts = [intake(database, source).step(moment) for moment in (DAY, DAY, HOUR, 2 * DAY)]
    expected = [source.window(HOUR, DAY).num_rows, 0, 0, source.window(DAY, 2 * DAY).num_rows]
    assert counts == expected
    assert intake(database, source).until == 2 * DAY


def test_an_overlap_takes_what_was_visible_late(database: Database) -> None:
    """What was taken is not taken twice."""
    rows = checked_values(values(500))
    assert intake(database, MemoryValues(rows.slice(0, 100)), overlap=2 * DAY).step(DAY) > 0
    intake(database, MemoryValues(rows), overlap=2 * DAY).step(2 * DAY)
    stored = DatabaseFeatureStore(database, "p", ENTITY).window(0, END_OF_TIME)
    assert stored.equals(MemoryValues(rows).window(HOUR, 2 * DAY))


class Malformed:
    """Values of other columns."""

    def window(self, start: int, end: int) -> pa.Table:  # noqa: ARG002 - as every values
        """Return them."""
        return values(5).drop_columns(["gate"])


def test_a_step_that_fails_leaves_the_watermark(database: Database) -> None:
    """So the next one takes what this one could not."""
    with pytest.raises(DataError, match="lack columns of an entity: gate"):
        intake(database, Malformed()).step(DAY)
    assert intake(database, Malformed()).until == HOUR
