"""The frame of records: null, NaN and types."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from contracts.errors import DataError
from contracts.schema.columns import Column, Columns
from contracts.schema.frame import frame, from_table
from tests.suites import check

COLUMNS = Columns(
    [
        Column(name="count", kind="int", nullable=True),
        Column(name="temp", kind="float", nullable=True, checks=(check.finite(),)),
        Column(name="name", kind="str", nullable=True),
        Column(name="due", kind="datetime", nullable=True),
    ]
)
ROW: dict[str, Any] = {"due": "2013-01-01T00:00:00Z", "name": "a", "temp": 1, "count": 2}
NULLS: dict[str, Any] = dict.fromkeys(ROW)


def test_columns_stand_in_the_contracts_order() -> None:
    """The order of a record's keys means nothing."""
    assert [*frame(COLUMNS, ROW).columns] == ["count", "temp", "name", "due"]


def test_types_do_not_depend_on_the_values() -> None:
    """A row of nulls has the dtypes of a row of values."""
    assert frame(COLUMNS, NULLS).dtypes.equals(frame(COLUMNS, ROW).dtypes)


def test_records_and_arrow_rows_give_one_frame() -> None:
    """The frame of records is the frame of the same rows in Arrow."""
    types = pa.schema(
        [("count", pa.int64()), ("temp", pa.float64()), ("name", pa.string()),
         ("due", pa.timestamp("us", "UTC"))]
    )  # fmt: skip
    due = 1_356_998_400_000_000
    table = pa.Table.from_pylist([{**ROW, "due": due, "temp": 1.0}, NULLS], schema=types)
    assert frame(COLUMNS, [ROW, NULLS]).equals(from_table(COLUMNS, table))


@pytest.mark.parametrize("name", [*ROW])
def test_nan_is_no_null(name: str) -> None:
    """A NaN is refused in a column of any kind: a missing value is null."""
    with pytest.raises(DataError, match=f"{name}.*NaN"):
        frame(COLUMNS, {**ROW, name: float("nan")})


def test_records_with_different_fields_are_refused() -> None:
    """A field that only some records have is not null in the others."""
    with pytest.raises(DataError, match="one set of fields"):
        frame(COLUMNS, [ROW, {"count": 1}])
