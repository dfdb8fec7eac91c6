"""Times that are texts: those that engines read, and those that only people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from research.new.asked import NewProduct

CLOCK = r"[ T,]+\d{1,2}:\d{2}"
#: How a text begins, and goes on, that an engine reads as a time: as ISO 8601 writes it.
READ = rf"^\s*\d{{4}}-\d{{1,2}}-\d{{1,2}}({CLOCK}.*)?\s*$"
#: The same in another order, such as 17/03/2024: with a year of four digits, or a time of day.
LIKE = rf"^\s*\d{{1,4}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{1,2}}{CLOCK}.*|\d{{4}}{CLOCK}.*)\s*$"
HINT = "write them as 2024-03-17 21:40 in a view, a query or a copy of the data"


def texts_as_times(rows: pa.Table, excluded: set[str | None]) -> list[str]:
    """Return the columns of texts that are times in every row.

    Raises:
        ConfigError: There is none, and one looks as if it were, in an order that nobody can tell.
    """
    names = [
        field.name
        for field in rows.schema
        if field.name not in excluded
        and pa.types.is_string(field.type)
        and not rows[field.name].null_count
    ]
    read = [name for name in names if _all(rows[name], READ)]
    like = [name for name in names if _all(rows[name], LIKE)]
    if like and not read:
        raise ConfigError(
            f"time: the texts of {like[0]!r}, such as {_first(rows[like[0]])!r}, look like times, "
            "whose order of day and month nobody can tell",
            hint=f"{HINT}; time=none: there is no time",
        )
    return read


def check_texts(asked: NewProduct, rows: pa.Table, time: str) -> None:
    """Check that columns of times, where they are texts, can be read.

    Raises:
        ConfigError: One cannot.
    """
    for key, name in (("time", time), ("arrived", asked.arrived)):
        if name not in rows.column_names or not pa.types.is_string(rows[name].type):
            continue
        wrong = rows[name].filter(pc.invert(pc.match_substring_regex(rows[name], READ)))
        if wrong.drop_null():
            raise ConfigError(
                f"{key}={name}: {_first(wrong)!r} is no time as ISO 8601 writes it",
                hint=f"name a column of times, or {HINT}",
            )


def _all(column: pa.ChunkedArray, pattern: str) -> bool:
    """Return whether all texts of a column fit a pattern."""
    return bool(pc.all(pc.match_substring_regex(column, pattern)).as_py())


def _first(column: pa.ChunkedArray) -> object:
    return column.drop_null()[0].as_py()
