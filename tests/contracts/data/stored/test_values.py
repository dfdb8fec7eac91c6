"""Values of stored features: what they must be, in memory and from a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pytest

from contracts.data.rows import INSTANT
from contracts.data.stored.queried import QueriedValues
from contracts.data.stored.values import MemoryValues, checked_values, empty_values
from contracts.errors import DataError

if TYPE_CHECKING:
    from contracts.data.stored.values import Values

ROWS = pa.table(
    {
        "id": ["c", "a", "b"],
        "known": pa.array([20, 10, 10], INSTANT),
        "value": pa.array([3, 1, 2], pa.int32()),
        "origin": ["JFK", "EWR", "JFK"],
    }
)


def queried(rows: pa.Table) -> QueriedValues:
    """Return values that an engine holds."""
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    table = connection.create_table("landings", rows)
    return QueriedValues(lambda: table)


@pytest.mark.parametrize("values", [MemoryValues(ROWS), queried(ROWS)])
def test_a_window_is_ordered_and_ends_before_its_end(values: Values) -> None:
    """By the moment each became known, then by its id."""
    assert values.window(10, 20)["id"].to_pylist() == ["a", "b"]
    assert values.window(10, 21)["id"].to_pylist() == ["a", "b", "c"]
    assert values.window(11, 20).num_rows == 0
    assert values.window(10, 20).schema == checked_values(ROWS).schema


@pytest.mark.parametrize(
    ("name", "column", "message"),
    [
        ("id", ["a", "a", "b"], "an id stands in more than one row"),
        ("id", [1, 2, 3], "column 'id': expected text, got int64"),
        ("known", [1, 2, 3], "column 'known': expected instants with a time zone"),
        ("value", [1.5, 2, 3], "column 'value': expected whole numbers, got double"),
        ("value", [2**31 + 1, 2, 3], "numbers beyond 2,147,483,648"),
        ("value", [-(2**63), 2, 3], "numbers beyond 2,147,483,648"),
        ("origin", ["EWR", None, "JFK"], "column 'origin': 1 of 3 are null"),
        ("origin", [0.5, 1, 2], "column 'origin': expected text or whole numbers"),
    ],
)
def test_malformed_values_are_refused(name: str, column: list[object], message: str) -> None:
    """With the column and what it should be."""
    rows = ROWS.set_column(ROWS.column_names.index(name), name, pa.array(column))
    with pytest.raises(DataError, match=message):
        checked_values(rows)


def test_numbers_without_a_sign_may_be_too_large() -> None:
    """An engine has types that reach further than what values are summed in."""
    large = pa.array([2**63, 2, 3], pa.uint64())
    with pytest.raises(DataError, match="column 'value': numbers beyond 64 bits with a sign"):
        checked_values(ROWS.set_column(2, "value", large))


def test_columns_come_in_their_order() -> None:
    """Values without an entity are none of a stored feature."""
    for names in (["id", "known", "value"], ["known", "id", "value", "origin"]):
        with pytest.raises(DataError, match="columns id, known, value, then those of their entity"):
            checked_values(ROWS.select(names))


def test_no_values_are_values() -> None:
    """Of the first events nothing may be known."""
    assert checked_values(empty_values(["origin"])).num_rows == 0


def test_a_query_of_something_else_is_refused() -> None:
    """With what it should return."""
    with pytest.raises(DataError, match="expected an Ibis table"):
        QueriedValues(lambda: ROWS).window(0, 1)  # type: ignore[arg-type, return-value]
