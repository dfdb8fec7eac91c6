"""Tables are refused row by row where the wire would refuse their records, by check."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from contracts.errors import DataError
from contracts.schema import edges
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from contracts.schema.refusals import TableCheck
from tests.suites.check import finite, ge, isin, le

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = Columns(
    [
        Column(name="size", kind="float", nullable=True, checks=(finite(), ge(0), le(100))),
        Column(name="colour", kind="category", checks=(isin(["red", "green"]),)),
        Column(name="count", kind="int", checks=(ge(1),)),
        Column(name="sent", kind="datetime", checks=(ge("2013-01-01T00:00:00Z"),)),
        Column(name="due", kind="datetime", nullable=True),
    ],
    row_checks=[Check(name="ordered", args={"lower": "sent", "upper": "due"})],
)
EARLY, LATE = (datetime(year, 6, 1, tzinfo=UTC) for year in (2013, 2014))
VALID = {"size": 2.0, "colour": "red", "count": 3, "sent": EARLY, "due": LATE}


def table(**changed: list[Any]) -> pa.Table:
    """Return three rows, all valid but for the columns that are changed."""
    return pa.table({name: changed.get(name, [value] * 3) for name, value in VALID.items()})


def test_a_valid_table_is_accepted() -> None:
    """Null where the column is nullable, categories as dictionaries, instants of any unit."""
    rows = table(size=[1.0, None, 100.0])
    rows = rows.set_column(1, "colour", rows["colour"].dictionary_encode())
    rows = rows.set_column(3, "sent", rows["sent"].cast(pa.timestamp("ns", tz="UTC")))
    refusals = TableCheck(ROWS).refusals(rows)
    assert refusals.valid.tolist() == [True, True, True]
    assert refusals.checks == {}


@pytest.mark.parametrize(
    ("changed", "valid", "checks"),
    [
        pytest.param(
            {"size": [1000.0, 1.0, 101.0]},
            [False, True, False],
            {"size: le(max_value=100)": 2},
            id="bound",
        ),
        pytest.param(
            {"size": [float("nan"), float("inf"), None]},
            [False, False, True],
            {"size: NaN": 1, "size: finite()": 1},
            id="not finite",
        ),
        pytest.param(
            {"colour": ["red", "blue", None]},
            [True, False, False],
            {"colour: isin(allowed_values=['red', 'green'])": 1, "colour: null": 1},
            id="closed set",
        ),
        pytest.param(
            {"count": [1.5, 2.0, 3.0]},
            [False, False, False],
            {"count: expected int, got double": 3},
            id="type",
        ),
        pytest.param(
            {"sent": [EARLY.replace(year=2012), EARLY, EARLY]},
            [False, True, True],
            {"sent: ge(min_value='2013-01-01T00:00:00Z')": 1},
            id="instant",
        ),
        pytest.param(
            {"due": [LATE, EARLY.replace(month=1), None]},
            [True, False, True],
            {"ordered(lower='sent', upper='due')": 1},
            id="between columns",
        ),
        pytest.param(
            {"size": [1000.0, 1.0, 1.0], "count": [0, 0, 1]},
            [False, False, True],
            {"size: le(max_value=100)": 1, "count: ge(min_value=1)": 1},
            id="two faults of one row",
        ),
        pytest.param(
            {"count": [None, None, None]}, [False, False, False], {"count: null": 3}, id="all null"
        ),
    ],
)
def test_each_row_counts_under_the_first_check_that_it_breaks(
    changed: dict[str, Any], valid: list[bool], checks: dict[str, int]
) -> None:
    """The counts add up to the rows that are refused."""
    refusals = TableCheck(ROWS).refusals(table(**changed))
    assert refusals.valid.tolist() == valid
    assert refusals.checks == checks


def probes(column: Column) -> Iterator[Any]:
    """Yield values at a column's edges and beyond that Arrow can hold in its type."""
    violating = [value for _, value in edges.violations(column)]
    for value in [*edges.boundaries(column), *violating, *edges.ALIEN]:
        fits = value is None or type(value) is type(edges.boundaries(column)[0])
        if fits and not (type(value) is int and abs(value) >= 2**63) and value != "\ud800":
            yield value


@pytest.mark.parametrize("name", ["size", "colour", "count"])
def test_a_row_is_refused_if_and_only_if_the_wire_refuses_its_record(name: str) -> None:
    """At the edges of every check, one value at a time."""
    columns = Columns([ROWS.by_name[name]])
    decoder, values = RecordDecoder(columns), [*probes(ROWS.by_name[name])]

    def accepted(value: Any) -> bool:
        try:
            decoder.decode(edges.wire({name: value}))
        except DataError:
            return False
        return True

    refusals = TableCheck(columns).refusals(pa.table({name: values}))
    assert refusals.valid.tolist() == [accepted(value) for value in values]
    assert {True, False} <= {*refusals.valid.tolist()}
