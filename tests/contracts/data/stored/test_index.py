"""The one definition of a stored feature's value, against an oracle that looks at every value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.data.rows import INSTANT
from contracts.data.stored.feature import Aggregate, StoredFeature
from contracts.data.stored.index import ValueIndex
from contracts.data.stored.values import checked_values
from contracts.errors import DataError
from contracts.moment import SECOND

AGGREGATES: tuple[Aggregate, ...] = ("mean", "count", "latest")
#: Few moments and entities, so that values coincide, and meet the edges of windows.
MOMENTS = st.integers(0, 12).map(lambda second: second * SECOND)
ENTITIES = st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 2))
VALUES = st.lists(st.tuples(MOMENTS, st.integers(-(2**31), 2**31), ENTITIES), max_size=25)
EVENTS = st.lists(st.tuples(MOMENTS, ENTITIES), min_size=1, max_size=10)


def rows(values: list[tuple[int, int, tuple[str, int]]]) -> pa.Table:
    """Return values as a table."""
    known, numbers, entities = ([each[at] for each in values] for at in range(3))
    return checked_values(
        pa.table(
            {
                "id": pa.array([f"v{at:03}" for at in range(len(values))], pa.string()),
                "known": pa.array(known, INSTANT),
                "value": pa.array(numbers, pa.int64()),
                "place": pa.array([entity[0] for entity in entities], pa.string()),
                "gate": pa.array([entity[1] for entity in entities], pa.int64()),
            }
        )
    )


def oracle(table: pa.Table, entity: dict[str, Any], time: int, feature: StoredFeature) -> float:
    """Return a feature's value by looking at every value there is."""
    counted = [
        row["value"]
        for row in table.set_column(1, "known", table["known"].cast(pa.int64())).to_pylist()
        if all(row[name] == entity[name] for name in feature.entity)
        and time - feature.reach <= row["known"] < time
    ]
    if feature.aggregate == "count":
        return float(len(counted))
    if not counted:
        return math.nan
    return float(counted[-1]) if feature.aggregate == "latest" else sum(counted) / len(counted)


@pytest.mark.parametrize("aggregate", AGGREGATES)
@pytest.mark.parametrize("entity", [("place",), ("gate", "place")])
@settings(max_examples=40)
@given(values=VALUES, events=EVENTS, window=st.integers(1, 12))
def test_the_join_and_the_look_up_are_what_an_oracle_finds(
    entity: tuple[str, ...],
    aggregate: Aggregate,
    values: list[tuple[int, int, tuple[str, int]]],
    events: list[tuple[int, tuple[str, int]]],
    window: int,
) -> None:
    """Bit for bit, for many events at once and for each by itself."""
    feature = StoredFeature(name="f", entity=entity, aggregate=aggregate, window=f"{window}s")
    table = rows(values)
    index = ValueIndex(feature, table)
    asked = pa.table(
        {
            "place": [each[1][0] for each in events],
            "gate": pa.array([each[1][1] for each in events], pa.int64()),
        }
    )
    times = np.array([time for time, _ in events], np.int64)
    expected = [
        oracle(table, row, time, feature)
        for row, time in zip(asked.to_pylist(), times.tolist(), strict=True)
    ]
    assert index.many(asked, times).tobytes() == np.array(expected).tobytes()
    singles = [
        index.one([row[name] for name in entity], time)
        for row, time in zip(asked.to_pylist(), times.tolist(), strict=True)
    ]
    assert np.array(singles).tobytes() == np.array(expected).tobytes()


def test_what_becomes_known_at_the_moment_of_an_event_does_not_count() -> None:
    """It counts a microsecond later, for as long as its window."""
    feature = StoredFeature(name="f", entity=("place",), aggregate="latest", window="1s")
    index = ValueIndex(feature, rows([(5 * SECOND, 7, ("a", 0))]))
    moments = [5 * SECOND, 5 * SECOND + 1, 6 * SECOND, 6 * SECOND + 1]
    found = [index.one(["a"], moment) for moment in moments]
    assert np.array_equal(found, [math.nan, 7, 7, math.nan], equal_nan=True)


def test_of_two_values_of_one_moment_the_latest_is_that_with_the_greater_id() -> None:
    """So the order in which they came in decides nothing."""
    feature = StoredFeature(name="f", entity=("place",), aggregate="latest", window="1s")
    table = rows([(0, 1, ("a", 0)), (0, 2, ("a", 0))])
    turned = checked_values(table.take([1, 0]))
    assert (
        ValueIndex(feature, table).one(["a"], 1) == ValueIndex(feature, turned).one(["a"], 1) == 2
    )


def test_an_entity_without_a_value_is_null_also_where_it_is_unknown() -> None:
    """None of its columns has to have been seen, and a null names no entity."""
    feature = StoredFeature(name="f", entity=("place",), aggregate="mean", window="1s")
    index = ValueIndex(feature, rows([(0, 1, ("a", 0))]))
    assert math.isnan(index.one(["z"], 1))
    assert math.isnan(index.one([None], 1))
    asked = pa.table({"place": pa.array(["z", None, "a"], pa.string())})
    found = index.many(asked, np.array([1, 1, 1]))
    assert np.array_equal(found, [math.nan, math.nan, 1], equal_nan=True)


def test_events_name_an_entity_in_the_type_of_the_values() -> None:
    """A number never names a text; a column of nulls, whose type nobody knows, names no entity."""
    feature = StoredFeature(name="f", entity=("place",), aggregate="count", window="1s")
    index = ValueIndex(feature, rows([(0, 1, ("a", 0))]))
    with pytest.raises(DataError, match=r"f: column 'place' .* have int64, the values string"):
        index.many(pa.table({"place": [1]}), np.array([1]))
    assert index.many(pa.table({"place": pa.nulls(1)}), np.array([1])).tolist() == [0.0]


def test_entities_that_64_bits_cannot_number_are_refused() -> None:
    """Their numbers would wrap, and one look-up then finds other values than the join of many."""
    names = tuple(f"c{at}" for at in range(64))
    feature = StoredFeature(name="f", entity=names, aggregate="count", window="1s")
    table = rows([(0, 1, ("a", 0))]).select(["id", "known", "value"])
    for name in names:
        table = table.append_column(name, pa.array(["x"]))
    with pytest.raises(DataError, match=r"c63: more combinations .* name the entity by one column"):
        ValueIndex(feature, table)
