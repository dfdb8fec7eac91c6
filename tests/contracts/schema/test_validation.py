"""Frames against a schema: which conform, and how failures are reported."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from contracts.errors import DataError
from contracts.schema.columns import Column, Columns
from contracts.schema.frame import frame
from contracts.schema.validation import validate, validator
from tests.suites import check

ARROW = pa.schema([("x", pa.int64()), ("f", pa.float64())])
SMALL = Columns(
    [
        Column(name="x", kind="int", checks=(check.ge(0),)),
        Column(name="f", kind="float", nullable=True, checks=(check.finite(),)),
    ]
)


def test_rows_out_of_order_are_named_once(ordered: Columns) -> None:
    """A check between columns that fails has one line, with the first rows and their values."""
    rows = [
        {"count": n, "limit": 3, "low": None, "high": 1.0, "start": None, "end": None}
        for n in (2, 4, 5)
    ]
    with pytest.raises(DataError, match="3 rows do not conform") as caught:
        validate(ordered, frame(ordered, rows))
    line = "the frame: ordered(lower=count, upper=limit) refuses 2 rows, first row 1: "
    assert [each.startswith(line) for each in caught.value.details] == [True]


def test_failures_name_column_check_and_first_rows() -> None:
    """The message has a line for each column and check, with a count and the first rows."""
    table = pa.table({"x": [1, -1, -2, None], "f": [1.0, float("inf"), None, 2.0]}, schema=ARROW)
    with pytest.raises(DataError, match="4 rows do not conform") as caught:
        validate(SMALL, table)
    text = str(caught.value)
    assert "x: greater_than_or_equal_to(0) refuses 2 rows, first row 1: -1" in text
    assert "x: not_nullable refuses 1 rows, first row 3" in text
    assert "f: finite refuses 1 rows, first row 1: inf" in text


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"x": [1]}),
        pa.table({"x": [1], "f": [1.0], "g": [1.0]}),
        pa.table({"f": [1.0], "x": [1]}),
        pa.table({"x": [1.0], "f": [1.0]}),
        pa.table({"x": [1], "f": pa.array([1.0], type=pa.float32())}),
        pa.table([[1], [1]], names=["x", "x"]),
        pa.table({"x": [1], "f": [float("nan")]}),
    ],
    ids=["missing", "unknown", "order", "type", "width", "twice", "nan"],
)
def test_other_columns_or_types_are_refused(table: pa.Table) -> None:
    """Nothing is coerced, added, dropped or put in order; NaN is not null."""
    with pytest.raises(DataError):
        validate(SMALL, table)


@pytest.mark.parametrize("others", [[], ["B"], ["\n", None]])
def test_a_pattern_ends_where_the_text_does(others: list[str | None]) -> None:
    """``^[A-Z]$`` matches no text with a newline at its end, whatever else the column holds."""
    column = Column(name="x", kind="str", nullable=True, checks=(check.str_matches("^[A-Z]$"),))
    table = pa.table({"x": pa.array(["A\n", *others], type=pa.string())})
    with pytest.raises(DataError, match=r"first row 0: 'A\\n'"):
        validate(Columns([column]), table)


def test_conforming_arrow_rows_pass() -> None:
    """Null in a nullable column is NaN in the frame."""
    table = pa.table({"x": [1, 2], "f": [None, 2.0]}, schema=ARROW)
    assert validate(SMALL, table)["f"].isna().tolist() == [True, False]


def test_the_first_failure_alone_refuses_the_same(ordered: Columns) -> None:
    """Whether rows conform does not depend on how many failures an error names: then it is one."""
    first, every = (validator(ordered, every=each) for each in (False, True))
    row = {"count": 1, "limit": 3, "low": None, "high": 1.0, "start": None, "end": None}
    for change in ({}, {"count": 4}, {"count": None}, {"count": "x"}, {"high": True}, {"more": 1}):
        rows = frame(ordered, [{**row, **change}])
        reasons = [reason(each, rows) for each in (first, every)]
        assert bool(reasons[0]) == bool(reasons[1]) == bool(change)
        assert len(reasons[0]) <= 1 or "more" in change


def reason(validate: Any, rows: Any) -> tuple[str, ...]:
    """Return the details of a refusal; none where rows conform."""
    try:
        validate(rows)
    except DataError as error:
        return error.details
    return ()
