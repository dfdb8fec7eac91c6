"""What every feature store must do; the test file of an adapter only says how to build one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.data.rows import INSTANT
from contracts.data.stored.feature import StoredFeature
from contracts.data.stored.source import with_features
from contracts.data.stored.values import MemoryValues, checked_values
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME, HOUR, MINUTE
from production.features.lookup import CachedLookup

if TYPE_CHECKING:
    from production.features.port import FeatureStore

#: The columns that name an entity: of text, and of whole numbers.
ENTITY = ("origin", "gate")
FEATURES = tuple(
    StoredFeature(name=f"{aggregate}{len(entity)}", entity=entity, aggregate=aggregate, window="3h")
    for aggregate in ("mean", "count", "latest")
    for entity in (("origin",), ("origin", "gate"))
)
#: How many events training and serving are compared on.
COMPARED = 10_000


def values(rows: int, *, seed: int = 0, days: int = 2) -> pa.Table:
    """Return made-up values: many of one minute, in no order."""
    rng = np.random.default_rng(seed)
    return pa.table(
        {
            "id": [f"v{at:05}" for at in rng.permutation(rows)],
            "known": pa.array(rng.integers(0, days * DAY // MINUTE, rows) * MINUTE, INSTANT),
            "value": rng.integers(-60, 900, rows),
            "origin": rng.choice(["EWR", "JFK", "LGA"], rows).tolist(),
            "gate": rng.integers(0, 9, rows),
        }
    )


def asked(rows: int, *, days: int = 2) -> pa.Table:
    """Return made-up events; one airport and some gates never have a value."""
    rng = np.random.default_rng(1)
    return pa.table(
        {
            "time": pa.array(rng.integers(0, days * DAY // MINUTE, rows) * MINUTE, INSTANT),
            "origin": rng.choice(["EWR", "JFK", "LGA", "TEB"], rows).tolist(),
            "gate": rng.integers(0, 12, rows),
        }
    )


class FeatureStoreSuite:
    """Inherit it and give the fixture `store`: an empty one of `ENTITY`."""

    def test_values_come_back_ordered(self, store: FeatureStore) -> None:
        """By the moment each became known, then id, whatever the order and parts they came in."""
        rows = values(300)
        counts = [store.record(rows.slice(200)), store.record(rows.slice(0, 200))]
        assert counts == [100, 200]
        assert store.window(0, END_OF_TIME).equals(checked_values(rows))
        assert store.window(HOUR, DAY).equals(MemoryValues(rows).window(HOUR, DAY))

    def test_what_comes_again_changes_nothing(self, store: FeatureStore) -> None:
        """Also with another value: what was looked up was true when it was."""
        rows = values(50)
        assert store.record(rows) == 50
        changed = rows.set_column(2, "value", pa.array([0] * 50))
        assert store.record(changed) == 0
        assert store.window(0, END_OF_TIME).equals(checked_values(rows))

    def test_it_forgets_the_oldest(self, store: FeatureStore) -> None:
        """So many at a time, none from the moment on; what is asked for later is as before."""
        rows = values(2_000)
        store.record(rows)
        events = asked(500).filter(pc.field("time") >= pa.scalar(DAY, INSTANT))
        before = with_features(events, FEATURES, store)
        old = store.window(0, DAY - 3 * HOUR).num_rows
        assert old > 700
        assert [store.forget(DAY - 3 * HOUR, most=700) for _ in range(3)] == [700, old - 700, 0]
        assert store.window(0, END_OF_TIME).num_rows == rows.num_rows - old
        assert with_features(events, FEATURES, store).equals(before)

    def test_an_empty_store_answers(self, store: FeatureStore) -> None:
        """Before anything is known all is null, and the count is 0."""
        assert store.record(values(3).slice(0, 0)) == 0
        events = with_features(asked(5), FEATURES, store)
        assert events["mean1"].null_count == events["latest2"].null_count == 5
        assert events["count2"].to_pylist() == [0.0] * 5
        lookup = CachedLookup(FEATURES, store, kept=HOUR)
        lookup.refresh(DAY)
        assert looked_up(lookup, events) == [[None, None, 0.0, 0.0, None, None]] * 5

    def test_training_and_serving_see_the_same(self, store: FeatureStore) -> None:
        """On 10,000 random events, bit for bit: the join of all values, and single look-ups."""
        rows = values(3_000)
        store.record(rows)
        trained = with_features(asked(COMPARED), FEATURES, MemoryValues(rows))
        lookup = CachedLookup(FEATURES, store, kept=3 * DAY)
        lookup.refresh(2 * DAY)
        served = looked_up(lookup, trained)
        assert served == [[row[each.name] for each in FEATURES] for row in trained.to_pylist()]
        assert all(0 < trained[each.name].null_count < COMPARED for each in FEATURES[:2])

    def test_an_event_from_before_what_is_kept_is_answered_by_the_store(
        self, store: FeatureStore
    ) -> None:
        """With the same values, and the next one from memory again."""
        rows = values(500)
        store.record(rows)
        trained = with_features(asked(30), FEATURES, MemoryValues(rows))
        lookup = CachedLookup(FEATURES, store, kept=MINUTE)
        lookup.refresh(2 * DAY)
        expected = [[row[each.name] for each in FEATURES] for row in trained.to_pylist()]
        assert looked_up(lookup, trained) == expected

    def test_a_value_counts_from_the_next_refresh_on(self, store: FeatureStore) -> None:
        """What is looked up is what was read: nothing asks the store meanwhile."""
        lookup = CachedLookup(FEATURES, store, kept=DAY)
        lookup.refresh(HOUR)
        rows = values(1).set_column(1, "known", pa.array([HOUR - 1], INSTANT))
        store.record(rows)
        entity = rows.select(["origin", "gate"]).to_pylist()[0]
        record = msgspec.defstruct("Record", [("origin", str), ("gate", int)])(**entity)
        assert lookup.one(record, HOUR)[2] == 0
        lookup.refresh(HOUR)
        assert lookup.one(record, HOUR)[2] == 1

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                {"gate": "door"},
                "lack columns of an entity: gate",
            ),
            ({"value": "minutes"}, "expected values with the columns id, known, value"),
        ],
    )
    def test_values_of_other_columns_are_refused(
        self, store: FeatureStore, change: dict[str, str], message: str
    ) -> None:
        """With the columns that there should be."""
        with pytest.raises(DataError, match=message):
            store.record(values(3).rename_columns(change | _rest(change)))


def looked_up(lookup: CachedLookup, events: pa.Table) -> list[list[float | None]]:
    """Return the features of each event, looked up one by one."""
    record = msgspec.defstruct("Record", [("origin", str), ("gate", int)])
    times = events["time"].cast(pa.int64()).to_pylist()
    rows: list[dict[str, Any]] = events.select(["origin", "gate"]).to_pylist()
    return [lookup.one(record(**row), time) for row, time in zip(rows, times, strict=True)]


def _rest(change: dict[str, str]) -> dict[str, str]:
    """Return the other columns' own names: Arrow takes a name for each."""
    return {name: name for name in values(0).column_names if name not in change}
