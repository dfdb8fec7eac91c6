"""The source that joins stored features to the events of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT, instants
from contracts.data.stored.source import WithFeatures
from contracts.data.stored.values import MemoryValues, empty_values
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME, HOUR
from tests.suites.source import SourceSuite, events

if TYPE_CHECKING:
    from pathlib import Path

STORED = [
    {"name": "seen", "entity": ["colour"], "aggregate": "count", "window": "1d"},
    {"name": "mean", "entity": ["colour"], "aggregate": "mean", "window": "1d"},
]
VALUES = pa.table(
    {
        "id": ["a", "b"],
        "known": pa.array([2 * DAY, 2 * DAY + HOUR], INSTANT),
        "value": [1, 2],
        "colour": ["red", "red"],
    }
)


class TestWithFeatures(SourceSuite):
    """With no feature it is its source; it satisfies the suite of every source."""

    @classmethod
    def make(cls, table: pa.Table, folder: Path) -> WithFeatures:  # noqa: ARG003 - needs no file
        """Build it from all events of a table."""
        return WithFeatures(Memory(table), MemoryValues(VALUES), [])


def joined(known_by: int = END_OF_TIME) -> pa.Table:
    """Return made-up events with stored features."""
    source = WithFeatures(Memory(events()), MemoryValues(VALUES), STORED)
    return source.window(0, END_OF_TIME, known_by=known_by)


def test_features_follow_the_columns_of_the_source() -> None:
    """What is known grows with time, and is forgotten after the window."""
    rows = joined()
    assert rows.column_names[-2:] == ["seen", "mean"]
    columns = (rows[name].to_pylist() for name in ("colour", "seen", "mean"))
    for time, colour, seen, mean in zip(instants(rows["time"]).tolist(), *columns, strict=True):
        known = [(2 * DAY, 1), (2 * DAY + HOUR, 2)] if colour == "red" else []
        counted = [value for at, value in known if time - DAY <= at < time]
        assert seen == len(counted)
        assert mean == (sum(counted) / len(counted) if counted else None)


def test_a_feature_holds_what_was_known_at_its_event() -> None:
    """Not what was known by the moment of a training: both see the same."""
    assert joined(known_by=2 * DAY)["mean"].equals(joined()["mean"])


def test_a_window_without_events_has_the_columns() -> None:
    """And nothing is asked of the values."""
    source = WithFeatures(Memory(events()), MemoryValues(VALUES), STORED)
    rows = source.window(0, 1, known_by=1)
    assert (rows.num_rows, rows.column_names[-1]) == (0, "mean")


def test_without_values_all_is_null() -> None:
    """A product may begin before anything is known."""
    source = WithFeatures(Memory(events()), MemoryValues(empty_values(["colour"])), STORED)
    rows = source.window(0, END_OF_TIME, known_by=END_OF_TIME)
    assert rows["mean"].null_count == rows.num_rows
    assert set(rows["seen"].to_pylist()) == {0.0}


def test_arrivals_need_no_feature() -> None:
    """Outcomes are read by their arrival, and each once."""
    source = WithFeatures(Memory(events()), MemoryValues(VALUES), STORED)
    rows = source.arrivals(0, END_OF_TIME, since=3 * DAY, known_by=5 * DAY)
    arrived = instants(rows["arrived"])
    assert rows.num_rows
    assert arrived.min() >= 3 * DAY
    assert arrived.max() < 5 * DAY


class TestColumns:
    """The events must have the columns of an entity, and none of a feature."""

    stored: ClassVar = STORED[0]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"entity": ["color"]}, "no column 'color' .did you mean 'colour'"),
            ({"name": "size"}, "the events have a column 'size'"),
        ],
    )
    def test_they_are_named(self, change: dict[str, object], message: str) -> None:
        """With the near match, or what to leave out."""
        source = WithFeatures(Memory(events()), MemoryValues(VALUES), [self.stored | change])
        with pytest.raises(DataError, match=message):
            source.window(0, END_OF_TIME, known_by=0)
