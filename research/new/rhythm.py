"""Whether outcomes differ by the hour or the weekday, which no column says by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from contracts.data.calendar import days
from contracts.data.opened import FILES, is_database
from contracts.moment import DAY, HOUR
from research.new.power import power
from research.new.written import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats, Instants
    from research.new.asked import NewProduct

#: The share of the outcomes' variance from which it is said, and over how many days of how many
#: outcomes: fewer have each weekday too seldom.
SAID, SPAN, LEAST = 0.02, 28, 200
WEEK = 7
#: What DuckDB calls each, and how it reads a time of numbers.
NAMED = {"hour": "hour", "weekday": "dayofweek"}
EPOCHS = {"s": 1, "ms": 1_000, "us": 1_000_000}


def rhythm_doubt(
    asked: NewProduct, rows: pa.Table, times: Instants, outcomes: Floats, *, offset: int
) -> tuple[str, ...]:
    """Return by what outcomes differ that is no input, and the query that makes one of it.

    Args:
        asked: What was asked, completed.
        rows: The rows, with the columns of the data.
        times: When the events with an outcome happened (n,).
        outcomes: The outcomes as numbers (n, k).
        offset: When the product's day begins, after midnight UTC.
    """
    if asked.query or len(times) < LEAST or times.max() - times.min() < SPAN * DAY:
        return ()
    explained = {
        name: power(pa.chunked_array([part]), outcomes)
        for name, part in _parts(times, offset).items()
        if name not in rows.column_names
    }
    found = {name: share for name, share in explained.items() if share >= SAID}
    if not found:
        return ()
    what = " and ".join(f"{name} ({share:.0%} of it)" for name, share in found.items())
    how = "a query can derive it" if is_database(str(asked.data)) else _query(asked, rows, found)
    return (f"the outcome differs by {what}, and no column of that name is an input: {how}",)


def _parts(times: Instants, offset: int) -> dict[str, pa.Array]:
    """Return the hour and the weekday of each time, in the product's days."""
    day = days(times, offset=offset)
    return {
        "hour": pa.array((times - offset - day * DAY) // HOUR),
        "weekday": pa.array(day % WEEK),
    }


def _query(asked: NewProduct, rows: pa.Table, found: Mapping[str, float]) -> str:
    time = str(asked.time)
    kind, column = rows[time].type, '"{}"'.format(time.replace('"', '""'))
    if pa.types.is_string(kind):
        column = f"{column}::timestamp"
    elif not pa.types.is_temporal(kind):
        column = f"to_timestamp({column} / {EPOCHS[asked.unit or 's']})"
    parts = ", ".join(f"{NAMED[name]}({column}) AS {name}" for name in found)
    return said(f"SELECT *, {parts} FROM {FILES}")  # noqa: S608 - a person is told it
