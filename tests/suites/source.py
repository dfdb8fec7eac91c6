"""What every source must do; the test file of an adapter only says how to build one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.data.events import STANDARD, check_known
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Source

#: All events lie in the first ten days, all outcomes arrive before the last.
LAST = 20 * DAY
#: Moments around which something happens: whole hours, and just beside them.
MOMENTS = st.builds(
    lambda hour, aside: max(0, min(LAST, hour * HOUR + aside)),
    st.integers(0, LAST // HOUR),
    st.sampled_from([-1, 0, 1]),
)
# The suite runs once an adapter: that is its purpose, not the mistake the health check looks for.
EXAMPLES = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


def events(*, rows: int = 300, seed: int = 0) -> pa.Table:
    """Return made-up events: times that coincide, outcomes that never come, rows in no order."""
    rng = np.random.default_rng(seed)
    time = rng.integers(4, 240, rows) * HOUR
    arrived = time + rng.integers(1, 96, rows) * HOUR
    never = rng.random(rows) < 0.1
    return pa.table(
        {
            "id": pa.array([f"e{number:04}" for number in rng.permutation(rows)]),
            "key": pa.array([f"k{number % 7}" for number in range(rows)]),
            "time": pa.array(time, INSTANT),
            "outcome": pa.array(rng.random(rows) < 0.3, mask=never),
            "arrived": pa.array(arrived, INSTANT, mask=never),
            "known": pa.array(time - rng.integers(0, 3, rows) * HOUR, INSTANT),
            "colour": pa.array(rng.choice(["red", "green"], rows).tolist()),
            "size": pa.array(rng.random(rows), mask=rng.random(rows) < 0.2),
        }
    )


def plain(table: pa.Table) -> list[dict[str, object]]:
    """Return a table as rows of Python values, instants as microseconds."""
    fields = [
        (field.name, pa.int64() if field.type == INSTANT else field.type) for field in table.schema
    ]
    return table.cast(pa.schema(fields)).to_pylist()


class SourceSuite(ABC):
    """Subclass it, and say in ``make`` how a source over a table is built."""

    @classmethod
    @abstractmethod
    def make(cls, table: pa.Table, folder: Path) -> Source:
        """Return the source under test, holding what the table holds."""

    @pytest.fixture(scope="class")
    @classmethod
    def table(cls) -> pa.Table:
        """What the source holds."""
        return events()

    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Source:
        """The source under test."""
        return cls.make(table, tmp_path_factory.mktemp("source"))

    def test_columns(self, source: Source, table: pa.Table) -> None:
        """The standard columns come first, the input columns follow, all in their types."""
        window = source.window(0, LAST, known_by=LAST)
        assert tuple(window.column_names[:6]) == STANDARD
        assert window.schema.equals(table.schema)

    def test_order(self, source: Source) -> None:
        """Rows are ordered by time, then id."""
        rows = plain(source.window(0, LAST, known_by=LAST))
        assert rows == sorted(rows, key=lambda row: (row["time"], row["id"]))

    @EXAMPLES
    @given(start=MOMENTS, end=MOMENTS, known_by=MOMENTS)
    def test_window(
        self, source: Source, table: pa.Table, start: int, end: int, known_by: int
    ) -> None:
        """A window holds start <= time < end, and outcomes that arrived before known_by."""
        expected = []
        for row in plain(table):
            if start <= row["time"] < end:
                seen = row["arrived"] is not None and row["arrived"] < known_by
                expected.append(row if seen else {**row, "outcome": None, "arrived": None})
        rows = plain(source.window(start, end, known_by=known_by))
        assert rows == sorted(expected, key=lambda row: (row["time"], row["id"]))

    @EXAMPLES
    @given(first=MOMENTS, second=MOMENTS)
    def test_knowledge_grows(self, source: Source, first: int, second: int) -> None:
        """What is known at one moment is still known, and the same, at every later one."""
        early, late = sorted((first, second))
        before = plain(source.window(0, LAST, known_by=early))
        after = plain(source.window(0, LAST, known_by=late))
        for was, now in zip(before, after, strict=True):
            assert was["outcome"] in (None, now["outcome"])
            assert was["arrived"] in (None, now["arrived"])

    @EXAMPLES
    @given(cut=MOMENTS)
    def test_windows_join(self, source: Source, cut: int) -> None:
        """Two windows that meet hold together what one window over both holds."""
        parts = [source.window(0, cut, known_by=LAST), source.window(cut, LAST, known_by=LAST)]
        assert pa.concat_tables(parts).equals(source.window(0, LAST, known_by=LAST))

    @EXAMPLES
    @given(known_by=MOMENTS)
    def test_no_leak(self, source: Source, known_by: int) -> None:
        """No window fails the check that a training makes."""
        check_known(source.window(0, LAST, known_by=known_by), known_by)

    def test_empty(self, source: Source, table: pa.Table) -> None:
        """A window without events has no rows and all columns, in their types."""
        window = source.window(0, 1, known_by=LAST)
        assert window.num_rows == 0
        assert window.schema.equals(table.schema)

    def test_again(self, source: Source) -> None:
        """The same question has the same answer."""
        first = source.window(0, LAST, known_by=5 * DAY)
        assert first.equals(source.window(0, LAST, known_by=5 * DAY))

    def test_increments(self, source: Source) -> None:
        """A source says whether it will ever hold more than it holds now."""
        assert isinstance(source.increments, bool)
