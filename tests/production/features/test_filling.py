"""Recorded requests filled from a store: what a backtest serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from contracts.data.rows import INSTANT, within
from contracts.data.stored.feature import StoredFeature
from contracts.data.stored.source import with_features
from contracts.data.stored.values import MemoryValues, checked_values
from contracts.moment import DAY, END_OF_TIME, HOUR
from production.database.database import Database
from production.features.database import DatabaseFeatureStore
from production.features.filling import FeatureFilling
from production.features.intake import FeatureIntake
from production.registry.checkpoints import Checkpoints
from tests.suites.feature_store import ENTITY, FEATURES, asked, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.data.stored.values import Values


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty file."""
    database = Database(f"sqlite:///{tmp_path}/features.db")
    yield database
    database.close()


def filling(
    database: Database, source: Values, features: tuple[StoredFeature, ...], *entity: str
) -> FeatureFilling:
    """Return what fills requests from a store that some values fill."""
    store = DatabaseFeatureStore(database, "toy", entity)
    intake = FeatureIntake(
        product="toy",
        values=source,
        store=store,
        checkpoints=Checkpoints(database),
        database=database,
        first=-DAY,
    )
    return FeatureFilling(features, store, intake)


def test_batches_are_filled_as_training_joins(database: Database) -> None:
    """Each request sees what was known at its own time, wherever its batch ends."""
    source = MemoryValues(values(2_000))
    requests = asked(400).sort_by("time")
    expected = with_features(requests, FEATURES, source)
    fill = filling(database, source, FEATURES, *ENTITY)
    ends = [*range(7 * HOUR, 2 * DAY, 7 * HOUR), 2 * DAY]
    parts = [
        fill.filled(within(requests, start, end), end)
        for start, end in zip([0, *ends], ends, strict=False)
    ]
    assert pa.concat_tables(parts).equals(expected.combine_chunks())


def test_what_a_request_brings_along_is_not_used(database: Database) -> None:
    """A recorded request has what the source joined: it is looked up all the same."""
    source = MemoryValues(values(2_000))
    joined = with_features(asked(50), FEATURES, source)
    other = joined.set_column(3, "mean1", pa.array([1e6] * 50))
    fill = filling(database, source, FEATURES, *ENTITY)
    assert fill.filled(other, 2 * DAY)["mean1"].equals(joined["mean1"])


def test_a_backtest_serves_what_was_looked_up(
    operation: Callable[..., Any], database: Database
) -> None:
    """Not what the source has in that column: the predictions are those of the store's values."""
    case = operation("gate=open", until=14)
    assembly = case.build()
    rows = case.feed.table
    known = pa.table(
        {
            "id": ["a", "b"],
            "known": pa.array([12 * DAY, 13 * DAY], INSTANT),
            "value": [0, 1],
            "colour": [rows["colour"][0].as_py()] * 2,
        }
    )
    size = StoredFeature(name="size", entity=("colour",), aggregate="latest", window="9d")
    source = MemoryValues(checked_values(known))
    fill = filling(database, source, (size,), "colour")
    seen: list[pa.Table] = []

    def filled(requests: pa.Table, until: int) -> pa.Table:
        seen.append(fill.filled(requests, until))
        return seen[-1]

    assembly.agents.serving._fill = filled
    list(assembly.loop.steps())
    served = pa.concat_tables(seen)
    expected = with_features(served.drop_columns(["size"]), (size,), source)["size"]
    assert served["size"].equals(expected)
    assert {0.0, 1.0, None} == set(served["size"].to_pylist())
    events = assembly.events.served("toy", 0, END_OF_TIME)
    assert 0 < len(events.id) <= served.num_rows
