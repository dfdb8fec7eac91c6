"""Labelled rows: what is known by a moment, whatever the source's unit of time, and no more."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given

from contracts.data.events import fetch_checked
from contracts.data.labelled import labelled_rows
from contracts.data.memory import Memory
from contracts.data.rows import instants, microseconds
from contracts.errors import DataError, LeakError
from contracts.moment import DAY, END_OF_TIME, HOUR, SECOND
from tests.suites.source import EXAMPLES, LAST, MOMENTS, events
from tests.suites.target import Target

INPUTS = ("colour", "size")
TARGET = Target(product="toy", kind="binary", labels=("in_time", "late"))
MOMENT = 5 * DAY
UNITS = ("s", "ms", "us", "ns")


class InUnit:
    """A source whose instants are of one Arrow unit; a leaky one hides no outcome."""

    def __init__(self, unit: str, *, leaky: bool = False, zone: str = "UTC") -> None:
        self.source, self.kind, self.leaky = Memory(events()), pa.timestamp(unit, zone), leaky

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return a window with its instants in the unit."""
        known_by = END_OF_TIME if self.leaky else known_by
        table = self.source.window(start, end, known_by=known_by)
        for at in (2, 4, 5):
            table = table.set_column(at, table.column_names[at], table[at].cast(self.kind))
        return table


@pytest.mark.parametrize("unit", UNITS)
def test_instants_of_every_unit_are_the_same_microseconds(unit: str) -> None:
    """Nulls stay null, and what is finer than a microsecond is cut off."""
    column = pa.chunked_array([pa.array([1_000, 2_000], "int64")]).cast(pa.timestamp("s", "UTC"))
    assert instants(column.cast(pa.timestamp(unit, "UTC"))).tolist() == [10**9, 2 * 10**9]
    fine = pa.array([1_500, None], "int64").cast(pa.timestamp("ns", "UTC"))
    assert microseconds(fine).to_pylist() == [1, None]


@EXAMPLES
@given(start=MOMENTS, end=MOMENTS, known_by=MOMENTS)
@pytest.mark.parametrize("unit", UNITS)
def test_a_slice_is_what_a_fresh_read_gives(unit: str, start: int, end: int, known_by: int) -> None:
    """Outcomes arrive up to four days late: a slice has exactly those known by its moment."""
    source = InUnit(unit)
    whole = labelled_rows(source, 0, LAST, known_by=LAST, target=TARGET, inputs=INPUTS)
    fresh = labelled_rows(
        source, start, end, known_by=known_by, target=TARGET, inputs=INPUTS, may_be_empty=True
    )
    if len(fresh):
        sliced = whole.window(start, end, known_by=known_by)
        assert sliced.events.equals(fresh.events)
        assert sliced.examples.column_names == [*INPUTS, "outcome"]
        assert (sliced.arrived < known_by).all()
    else:
        with pytest.raises(DataError, match="has an outcome"):
            whole.window(start, end, known_by=known_by)


@pytest.mark.parametrize("unit", UNITS)
def test_a_leak_is_refused_in_every_unit(unit: str) -> None:
    """A source that hides no outcome is refused; one microsecond more and the last is known."""
    with pytest.raises(LeakError, match=r"outcomes that had not arrived before 1970-01-06"):
        labelled_rows(
            InUnit(unit, leaky=True), 0, MOMENT, known_by=MOMENT, target=TARGET, inputs=INPUTS
        )
    last = int(instants(events()["arrived"].drop_null()).max())
    assert fetch_checked(InUnit(unit, leaky=True), 0, LAST, known_by=last + 1).num_rows
    with pytest.raises(LeakError):
        fetch_checked(InUnit(unit, leaky=True), 0, LAST, known_by=last)


@pytest.mark.parametrize("unit", UNITS)
def test_a_feature_from_after_its_event_is_refused_in_every_unit(unit: str) -> None:
    """What was known a second too late is a leak."""

    class Ahead(InUnit):
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
            table = super().window(start, end, known_by=known_by)
            later = pa.array(instants(table["time"]) + SECOND, pa.timestamp("us", "UTC"))
            return table.set_column(5, "known", later.cast(self.kind))

    with pytest.raises(LeakError, match="features that were not known"):
        labelled_rows(Ahead(unit), 0, MOMENT, known_by=MOMENT, target=TARGET, inputs=INPUTS)


def test_rows_divide_by_what_had_arrived() -> None:
    """Every labelled row is known by a moment or arrives from it on."""
    rows = labelled_rows(InUnit("us"), 0, LAST, known_by=END_OF_TIME, target=TARGET, inputs=INPUTS)
    known, later = rows.known_by(MOMENT), rows.arrived_from(MOMENT)
    assert len(known) + len(later) == len(rows)
    assert known.arrived.max() < MOMENT <= later.arrived.min()


def test_columns_that_the_source_lacks_are_named() -> None:
    """The message has the window too, and the hint the next step."""
    with pytest.raises(DataError, match=r"lacks columns .* 1970-01-01T00:00:00Z") as caught:
        labelled_rows(
            InUnit("us"), 0, MOMENT, known_by=MOMENT, target=TARGET, inputs=("size", "heat")
        )
    assert caught.value.details == ("heat",)
    assert "query" in caught.value.hint


def test_no_outcome_is_an_error_unless_it_is_allowed() -> None:
    """The message has the window, the number of its events and the moment."""
    message = r"none of \d events .* has an outcome that had arrived before 1970-01-01T04"
    with pytest.raises(DataError, match=message) as caught:
        labelled_rows(
            InUnit("us"), 0, 4 * HOUR + 1, known_by=4 * HOUR, target=TARGET, inputs=INPUTS
        )
    assert "task=ingest" in caught.value.hint
    none = labelled_rows(
        InUnit("us"), 0, 1, known_by=1, target=TARGET, inputs=INPUTS, may_be_empty=True
    )
    assert len(none) == 0
    assert none.rows.column_names == [*INPUTS]


COLOURS = Target(product="toy", kind="multiclass", labels=("red", "blue"), labels_open=True)


def coloured() -> Memory:
    """Return a source whose outcomes are colours: red, and green, which no target here lists."""
    table = events()
    colours = pa.array(table["colour"].to_pylist(), mask=np.asarray(table["outcome"].is_null()))
    return Memory(table.set_column(3, "outcome", colours))


def test_rows_whose_label_is_not_listed_are_counted_and_not_fitted() -> None:
    """They stay among the rows to score, where their outcome is no number."""
    rows = labelled_rows(coloured(), 0, LAST, known_by=LAST, target=COLOURS, inputs=INPUTS)
    green = rows.events["outcome"].to_pylist().count("green")
    assert rows.unlisted == green > 100
    assert np.isnan(rows.outcomes).sum() == green
    assert rows.rows.num_rows == len(rows)
    assert rows.examples["outcome"].to_pylist() == ["red"] * (len(rows) - green)


def test_an_outcome_that_the_target_cannot_have_is_refused_by_its_event() -> None:
    """At the source, before anything is fitted."""
    with pytest.raises(
        DataError, match=r"column 'outcome': expected one of .* got 'green'"
    ) as caught:
        labelled_rows(
            coloured(),
            0,
            LAST,
            known_by=LAST,
            target=Target(product="toy", kind="multiclass", labels=("red", "blue")),
            inputs=INPUTS,
        )
    assert caught.value.details[0].endswith(": 'green'")
