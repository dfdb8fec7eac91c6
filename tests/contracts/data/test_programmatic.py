"""The source over an Ibis query."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts.data.events import STANDARD
from contracts.data.programmatic import Programmatic
from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME
from tests.suites.source import LAST, SourceSuite, events

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir


def read(path: Path) -> ir.Table:
    """Return the events of a Parquet file, as a product's query does."""
    return ibis.duckdb.connect().read_parquet(path)


class TestProgrammatic(SourceSuite):
    """It satisfies the suite of every source."""

    @classmethod
    def make(cls, table: pa.Table, folder: Path) -> Programmatic:
        """Build it from a query over a file."""
        pq.write_table(table, folder / "events.parquet")
        return Programmatic(partial(read, folder / "events.parquet"))


def test_lazy() -> None:
    """The query is built once, when the first window is asked for."""
    calls = []

    def query() -> ir.Table:
        calls.append("asked")
        return ibis.duckdb.connect().create_table("events", events())

    source = Programmatic(query)
    assert calls == []
    source.window(0, LAST, known_by=LAST)
    source.window(0, LAST, known_by=LAST)
    assert calls == ["asked"]


def test_ever() -> None:
    """The widest window, known by the end of time, has every event with its outcome."""
    table = events()
    source = Programmatic(lambda: ibis.duckdb.connect().create_table("events", table))
    window = source.window(-(2**63), END_OF_TIME, known_by=END_OF_TIME)
    assert window.num_rows == table.num_rows
    assert window["outcome"].null_count == table["outcome"].null_count


def test_types() -> None:
    """An engine's small, decimal and zoned types become the few types that all code expects."""
    table = events().append_column("small", pa.array(range(300), pa.int32()))
    table = table.set_column(7, "size", table["size"].cast(pa.float32()))
    zoned = table["time"].cast(pa.timestamp("us", tz="America/New_York"))
    table = table.set_column(2, "time", zoned)
    source = Programmatic(lambda: ibis.duckdb.connect().create_table("events", table))
    schema = source.window(0, LAST, known_by=LAST).schema
    assert schema.field("time").type == pa.timestamp("us", tz="UTC")
    assert schema.field("size").type == pa.float64()
    assert schema.field("small").type == pa.int64()


def test_missing_column() -> None:
    """A query without the standard columns is refused before any row is fetched."""
    table = events().drop_columns(["arrived"])
    source = Programmatic(lambda: ibis.duckdb.connect().create_table("events", table))
    with pytest.raises(DataError, match="expected the columns id, key, time"):
        source.window(0, LAST, known_by=LAST)


def test_a_query_that_executes_itself_is_refused() -> None:
    """A frame is not an expression: the hint says what to return."""
    source = Programmatic(lambda: events().to_pandas())
    with pytest.raises(DataError, match="expected an Ibis table, got DataFrame") as caught:
        source.window(0, LAST, known_by=LAST)
    assert "ibis.memtable" in caught.value.hint


def test_warnings_about_ibis_itself_are_hidden(tmp_path: Path) -> None:
    """Authors of a query cannot fix those; warnings about the query itself are shown."""
    pq.write_table(events(), tmp_path / "events.parquet")

    def query() -> ir.Table:
        warnings.warn("fetch_arrow_table() is mine", DeprecationWarning, stacklevel=1)
        return read(tmp_path / "events.parquet")

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        Programmatic(query).window(0, LAST, known_by=LAST)
    assert [str(each.message) for each in shown] == ["fetch_arrow_table() is mine"]


def test_outcomes_are_found_by_their_arrival() -> None:
    """Those of a window's events that arrived from one moment on and before another."""
    table = events()
    source = Programmatic(lambda: ibis.duckdb.connect().create_table("events", table))
    since, until = 5 * DAY, 8 * DAY
    rows = source.arrivals(2 * DAY, until, since=since, known_by=until)
    window = with_outcome(source.window(2 * DAY, until, known_by=until))
    expected = window.filter(pa.array(instants(window["arrived"]) >= since))
    assert 0 < rows.num_rows < window.num_rows
    assert rows.equals(expected.select(list(STANDARD)))
