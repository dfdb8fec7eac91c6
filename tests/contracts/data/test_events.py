"""What the events of a source must satisfy, and the check for leaks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.data.events import check_known, fetch_checked
from contracts.data.memory import Memory
from contracts.data.programmatic import Programmatic
from contracts.data.rows import INSTANT
from contracts.errors import DataError, LeakError
from contracts.moment import DAY, END_OF_TIME, HOUR
from tests.suites.source import LAST, events

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.ports import Source

NONE = pa.nulls(300, pa.string())
MOMENT = 5 * DAY
IDS, TIMES = events()["id"], events()["time"]


def changed(name: str, column: pa.ChunkedArray | pa.Array) -> pa.Table:
    """Return events with another column of a name."""
    table = events()
    return table.set_column(table.column_names.index(name), name, column)


def programmatic(table: pa.Table) -> Source:
    """Return a source that queries a table."""
    return Programmatic(lambda: ibis.duckdb.connect().create_table("events", table))


@pytest.fixture(params=[Memory, programmatic])
def make(request: pytest.FixtureRequest) -> Callable[[pa.Table], Source]:
    """Builds an adapter over a table."""
    built: Callable[[pa.Table], Source] = request.param
    return built


def moved(by: int) -> pa.ChunkedArray:
    """Return the times, moved by microseconds."""
    return pc.add(TIMES.cast(pa.int64()), by).cast(INSTANT)


def first(column: pa.ChunkedArray, value: object) -> pa.Array:
    """Return a column whose first value is another."""
    return pa.array([value, *column.to_pylist()[1:]], column.type)


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("id", pa.array(range(300)), "column 'id': expected text, got int64"),
        ("key", pa.array(range(300)), "column 'key': expected text, got int64"),
        ("time", TIMES.cast(pa.string()), "column 'time': expected instants .*, got string"),
        ("time", TIMES.cast(pa.timestamp("us")), "column 'time': expected instants with a time"),
        ("arrived", pa.array(range(300)), "column 'arrived': expected instants .*, got int64"),
        ("known", TIMES.cast(pa.date32()), "column 'known': expected instants .*, got date32"),
        ("id", first(IDS, None), "column 'id': null in 1 of 300 rows"),
        ("key", NONE, "column 'key': null in 300 of 300 rows"),
        ("known", first(TIMES, None), "column 'known': null in 1 of 300 rows"),
        ("id", first(IDS, IDS[1].as_py()), "column 'id': 1 ids stand in more than one row"),
        ("outcome", pa.array([True] * 300), "column 'arrived': null beside an outcome"),
        ("outcome", pa.nulls(300, pa.bool_()), "column 'outcome': null beside its arrival"),
        ("arrived", moved(HOUR), "column 'outcome': null beside its arrival"),
    ],
)
def test_events_that_break_a_rule_are_refused(
    make: Callable[[pa.Table], Source],
    name: str,
    column: pa.ChunkedArray,
    message: str,
) -> None:
    """The message names the column, and the hint the next step."""
    with pytest.raises(DataError, match=message) as caught:
        make(changed(name, column)).window(0, LAST, known_by=LAST)
    assert caught.value.hint


def added(name: str, column: pa.Array) -> pa.Table:
    """Return events with one column more."""
    return events().append_column(name, column)


def column(value: object, other: object, kind: pa.DataType) -> pa.Array:
    """Return a column with a value in the second row, null in the third, another in all others."""
    return pa.array([other, value, None, *[other] * 297], kind)


INT64, NS, US = 2**63 - 1, pa.timestamp("ns", "UTC"), pa.timestamp("us", "UTC")


@pytest.mark.parametrize(
    ("kind", "value", "other", "why", "shown"),
    [
        (pa.uint64(), 2**63, 1, "whole numbers beyond int64", "9223372036854775808"),
        (NS, 1_500, 2_000, "finer than a microsecond", "1970-01-01 00:00:00.000001500Z"),
        (pa.timestamp("s", "UTC"), 2**60, 1, "beyond int64 microseconds", None),
        (pa.decimal128(20, 2), Decimal("90071992547409.93"), 1, "no float64 holds", None),
        (pa.decimal256(40, 0), -Decimal(2**53 + 1), 1, "no float64 holds", str(-(2**53) - 1)),
    ],
)
def test_a_value_that_is_not_carried_exactly_is_refused(
    kind: pa.DataType, value: object, other: object, why: str, shown: str | None
) -> None:
    """By column, row and value; the hint is the next step."""
    with pytest.raises(DataError, match=f"column 'n': .*{why} in 1 of 300 rows") as caught:
        Memory(added("n", column(value, other, kind)))
    (detail,) = caught.value.details
    assert detail.startswith(f"{events()['id'][1]}: ")
    assert shown is None or detail.endswith(f": {shown}")
    assert "query" in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "value", "plain", "carried"),
    [
        (pa.int64(), INT64, pa.int64(), INT64),
        (pa.uint64(), INT64, pa.int64(), INT64),
        (pa.int8(), -7, pa.int64(), -7),
        (pa.float32(), 0.5, pa.float64(), 0.5),
        (pa.decimal64(10, 2), Decimal("0.25"), pa.float64(), 0.25),
        (pa.decimal128(20, 2), Decimal("1.25"), pa.float64(), 1.25),
        (pa.string_view(), "a", pa.string(), "a"),
        (pa.large_string(), "a", pa.string(), "a"),
        (pa.dictionary(pa.int8(), pa.large_string()), "a", pa.string(), "a"),
        (pa.bool_(), True, pa.bool_(), True),
    ],
)
def test_a_value_is_carried_exactly_in_the_type_used_here(
    kind: pa.DataType, value: object, plain: pa.DataType, carried: object
) -> None:
    """A null stays null."""
    window = Memory(added("n", column(value, value, kind))).window(0, LAST, known_by=LAST)
    assert window.schema.field("n").type == plain
    assert {*window["n"].to_pylist()} == {carried, None}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_among_the_inputs_become_microseconds(unit: str) -> None:
    """Of every unit, and of every zone."""
    zoned = TIMES.combine_chunks().cast(pa.timestamp(unit, "America/New_York"))
    window = Memory(added("due", zoned)).window(0, LAST, known_by=LAST)
    assert window.schema.field("due").type == INSTANT
    assert window["due"].equals(window["time"])


def test_an_input_of_instants_without_a_time_zone_is_refused(
    make: Callable[[pa.Table], Source],
) -> None:
    """Whose noon it is, a backend would guess, each its own way: the hint names the column."""
    naive = TIMES.combine_chunks().cast(pa.timestamp("us"))
    message = "column 'due': expected instants with a time zone, got timestamp"
    with pytest.raises(DataError, match=message) as caught:
        make(added("due", naive)).window(0, LAST, known_by=LAST)
    assert "due AT TIME ZONE 'UTC'" in caught.value.hint


def test_a_column_without_a_type_is_refused() -> None:
    """A column of nulls alone says nothing of what would stand in it."""
    with pytest.raises(DataError, match="column 'n': expected a type") as caught:
        Memory(added("n", pa.nulls(300)))
    assert "CAST(n AS" in caught.value.hint


def test_a_column_that_is_there_twice_is_refused() -> None:
    """Which of the two is meant, nobody could say."""
    with pytest.raises(DataError, match=r"expected each column once, got id, .*, colour"):
        Memory(added("colour", pa.nulls(300, pa.string())))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_an_outcome_that_is_no_finite_number_is_refused(
    make: Callable[[pa.Table], Source], value: float
) -> None:
    """By row and value: not to be taken for an outcome that has yet to come."""
    settled = events().filter(pc.is_valid(events()["outcome"]))
    outcome = pa.array([value, *[1.5] * (settled.num_rows - 1)])
    with pytest.raises(DataError, match="'outcome': no finite number in 1 of") as caught:
        make(settled.set_column(3, "outcome", outcome)).window(0, LAST, known_by=LAST)
    assert caught.value.details == (f"{settled['id'][0]}: {value}",)


@pytest.mark.parametrize("known_by", [LAST, END_OF_TIME])
def test_an_outcome_before_its_event_is_refused(
    make: Callable[[pa.Table], Source], known_by: int
) -> None:
    """The ids of the events are listed; an outcome may arrive at the time itself."""
    happened = events().filter(pc.is_valid(events()["outcome"]))
    at_once = happened.set_column(4, "arrived", happened["time"])
    assert make(at_once).window(0, LAST, known_by=known_by).num_rows == happened.num_rows
    early = first(happened["time"], happened["time"][0].as_py().replace(year=1969))
    with pytest.raises(DataError, match="'arrived': before the event's time in 1 of") as caught:
        make(happened.set_column(4, "arrived", early)).window(0, LAST, known_by=known_by)
    assert caught.value.details == (happened["id"][0].as_py(),)


def test_an_outcome_without_arrival_is_refused_and_not_hidden(
    make: Callable[[pa.Table], Source],
) -> None:
    """At any moment: it is not hidden together with outcomes that have yet to arrive."""
    table = changed("outcome", pa.array([True] * 300))
    end = 5 * 24 * HOUR
    with pytest.raises(DataError, match="null beside an outcome"):
        make(table).window(0, end, known_by=end)


def test_an_event_without_an_id_is_identified_by_its_key_and_time() -> None:
    """So that it can be found."""
    with pytest.raises(DataError) as caught:
        Memory(changed("id", first(IDS, None)))
    assert caught.value.details == (f"{events()['key'][0]} at {TIMES[0].as_py()}",)


def test_honest() -> None:
    """Rows as they were known pass."""
    check_known(Memory(events()).window(0, MOMENT, known_by=MOMENT), MOMENT)


@pytest.mark.parametrize("known_by", [MOMENT, MOMENT + 1])
def test_strict(known_by: int) -> None:
    """An outcome that arrives at the moment itself is a leak; just before it is not."""
    row = Memory(events()).window(0, LAST, known_by=LAST).slice(0, 1)
    row = row.set_column(3, "outcome", pa.array([True]))
    row = row.set_column(4, "arrived", pa.array([MOMENT], INSTANT))
    if known_by > MOMENT:
        check_known(row, known_by)
    else:
        with pytest.raises(LeakError, match="1 rows hold outcomes that had not arrived"):
            check_known(row, known_by)


def test_planted() -> None:
    """Rows with later outcomes are refused, with their number and the first ids."""
    rows = Memory(events()).window(0, MOMENT, known_by=LAST)
    with pytest.raises(LeakError, match=r"rows hold outcomes .* 1970-01-06") as caught:
        check_known(rows, MOMENT)
    late = [
        row["id"]
        for row in rows.cast(rows.schema.set(4, pa.field("arrived", pa.int64()))).to_pylist()
        if row["arrived"] is not None and row["arrived"] >= MOMENT
    ]
    assert list(caught.value.details) == late
    assert "known_by" in caught.value.hint
    assert str(caught.value).startswith(f"{len(late)} rows")


def test_undated() -> None:
    """An outcome without a moment of arrival is a leak."""
    rows = Memory(events()).window(0, MOMENT, known_by=MOMENT)
    undated = pa.nulls(rows.num_rows, INSTANT)
    with pytest.raises(LeakError, match="the end of time"):
        check_known(rows.set_column(4, "arrived", undated), END_OF_TIME)


def test_feature_ahead() -> None:
    """A feature that became known after its event is a leak; at its event it is not."""
    rows = Memory(events()).window(0, MOMENT, known_by=MOMENT)
    check_known(rows.set_column(5, "known", rows["time"]), MOMENT)
    later = pa.array([value + 1 for value in rows["time"].cast(pa.int64()).to_pylist()], INSTANT)
    with pytest.raises(LeakError, match="features that were not known") as caught:
        check_known(rows.set_column(5, "known", later), MOMENT)
    assert "derive `known`" in caught.value.hint


def test_a_checked_window_is_the_sources_own_or_refused() -> None:
    """Rows are returned unchanged, unless they contain what was not yet known."""

    class Clairvoyant(Memory):
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:  # noqa: ARG002
            return super().window(start, end, known_by=END_OF_TIME)

    honest = Memory(events())
    rows = fetch_checked(honest, 0, MOMENT, known_by=MOMENT)
    assert rows.equals(honest.window(0, MOMENT, known_by=MOMENT))
    with pytest.raises(LeakError, match="had not arrived"):
        fetch_checked(Clairvoyant(events()), 0, MOMENT, known_by=MOMENT)
