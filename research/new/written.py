"""Times and numbers that are texts: those that engines read, and those that only people do.

A query makes times and numbers of the others. Of files one is written out here, to be said.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.opened import FILES, is_database
from contracts.errors import ConfigError
from research.new.inputs import NAMING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from research.new.asked import NewProduct

CLOCK = r"[ T,]+\d{1,2}:\d{2}"
#: How a text begins, and goes on, that an engine reads as a time: as ISO 8601 writes it.
READ = rf"^\s*\d{{4}}-\d{{1,2}}-\d{{1,2}}({CLOCK}.*)?\s*$"
#: The same in another order, such as 17/03/2024: with a year of four digits, or a time of day.
LIKE = rf"^\s*\d{{1,4}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{1,2}}{CLOCK}.*|\d{{4}}{CLOCK}.*)\s*$"
#: In what order dates are written, by their separator, and what may follow them.
DATES = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
#: A year of two digits is none of four.
FIRST_YEAR = 1000
#: A number with a decimal comma, and with a point between thousands.
COMMA = r"^\s*[-+]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?\s*$"
#: How many digits stand between points.
THREE = 3
#: What stands around a comma that is between no thousands.
DECIMALS = r"(^\s*[-+]?0,\d|,(\d{1,2}|\d{4,})\s*$)"
#: A number with commas between thousands.
GROUPED = r"^\s*[-+]?\d{1,3}(,\d{3})*(\.\d+)?\s*$"
#: A number as engines read it, and what share of texts are such where the others stand for none.
#: Of few different texts all may be labels.
NUMBER, MOST, FEW = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$", 0.9, 50
WITH_COMMA, BUT_FOR_SOME = "with a decimal comma", "but for some"
WITH_GROUPS = "with commas between thousands"
#: What makes numbers of them: a text that is none is an error of the one, and null of the other.
NUMBERS = {
    WITH_COMMA: "replace(replace({0}, '.', ''), ',', '.')::double",
    WITH_GROUPS: "replace({0}, ',', '')::double",
    BUT_FOR_SOME: "try_cast({0} AS double)",
}
HINT = "write them as 2024-03-17 21:40 in a view, a query or a copy of the data"


def texts_as_times(asked: NewProduct, rows: pa.Table, excluded: set[str | None]) -> list[str]:
    """Return the columns of texts that are times in every row.

    Raises:
        ConfigError: There is none, and one looks as if it were.
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
            "and are not written as ISO 8601 writes them",
            hint=f"{reading(asked, rows, like)}; time=none: there is no time",
        )
    return read


def check_texts(asked: NewProduct, rows: pa.Table, time: str) -> None:
    """Check that columns of times, where they are texts, can be read.

    Raises:
        ConfigError: One cannot.
    """
    texts = {
        key: str(name)
        for key, name in (("time", time), ("arrived", asked.arrived))
        if name in rows.column_names and pa.types.is_string(rows[name].type)
    }
    for key, name in texts.items():
        wrong = rows[name].filter(pc.invert(pc.match_substring_regex(rows[name], READ)))
        if wrong.drop_null():
            raise ConfigError(
                f"{key}={name}: {_first(wrong)!r} is no time as ISO 8601 writes it",
                hint=f"name a column of times, or {reading(asked, rows, [*texts.values()])}",
            )


def number_texts(asked: NewProduct, rows: pa.Table) -> dict[str, str]:
    """Return the columns of texts that are numbers, and in which way; names of things are none."""
    named = {*asked.dropped, asked.id, asked.key}
    found = {}
    for field in rows.schema:
        texts = rows[field.name].drop_null()
        if not pa.types.is_string(field.type) or not len(texts) or field.name in named:
            continue
        others = texts.filter(pc.invert(pc.match_substring_regex(texts, NUMBER)))
        if _all(texts, COMMA) and pc.any(pc.match_substring_regex(texts, DECIMALS)).as_py():
            found[field.name] = WITH_COMMA
        elif _all(texts, GROUPED) and pc.any(pc.match_substring(texts, ",")).as_py():
            found[field.name] = WITH_GROUPS
        elif (
            0 < len(others) <= (1 - MOST) * len(texts)
            and pc.count_distinct(texts).as_py() > FEW
            and not NAMING.search(field.name)
        ):
            found[field.name] = BUT_FOR_SOME
    if WITH_COMMA in found.values():  # then 1,234 is one and a bit in the other columns, too
        for name, how in found.items():
            if how == WITH_GROUPS and _all(rows[name].drop_null(), COMMA):
                found[name] = WITH_COMMA
    return found


def thousands(rows: pa.Table, texts: Mapping[str, str]) -> dict[str, float]:
    """Return an example of each column of numbers whose points may stand between thousands.

    That is so where other numbers have a decimal comma, and these three digits after a point.

    Args:
        rows: The rows.
        texts: The columns of texts that are numbers, and in which way: see `number_texts`.
    """
    if WITH_COMMA not in texts.values():
        return {}
    found = {}
    for field in rows.schema:
        if pa.types.is_floating(field.type):
            numbers = rows[field.name].drop_null().to_numpy()
            finest = numbers[numbers != numbers.round(THREE - 1)]
            if len(finest) and (numbers == numbers.round(THREE)).all():
                found[field.name] = float(finest[0])
    return found


def reading(asked: NewProduct, rows: pa.Table, times: Sequence[str] = ()) -> str:
    """Return what a person says to have times read, and numbers that are texts.

    Args:
        asked: What was asked.
        rows: The rows.
        times: The columns of texts that are to be times.
    """
    formats = {name: each for name in times if (each := _formats(rows[name]))}
    if is_database(str(asked.data)) or (times and not formats):
        return HINT if times else _in_a_database(number_texts(asked, rows))
    read = {name: f"strptime({_column(name)}, '{each[0]}')" for name, each in formats.items()}
    for name, how in number_texts(asked, rows).items():
        read[name] = NUMBERS[how].format(_column(name))
    others = {each[0]: each[1] for each in formats.values() if len(each) > 1}
    either = [f", or {other!r} in place of {one!r}: both fit" for one, other in others.items()]
    return _said(asked, read) + "".join(either)


def _in_a_database(texts: Mapping[str, str]) -> str:
    """Return how a query of a database makes numbers of texts, in words of any SQL."""
    made = [
        f"CAST({NUMBERS[how].partition('::')[0].format(_column(name))} AS double precision) AS "
        f"{_column(name)}"
        for name, how in texts.items()
        if how != BUT_FOR_SOME
    ]
    return f"give a query with {', '.join(made)}" if made else "make numbers of them in a query"


def _formats(column: pa.ChunkedArray) -> list[str]:
    """Return the formats, as DuckDB and `strptime` call them, that read every text."""
    texts = column.drop_null()
    if not len(texts):
        return []
    separator = next((each for each in "/.-" if each in texts[0].as_py()), "/")
    every = [date.format(separator) + clock for date, clock in product(DATES, CLOCKS)]
    return [each for each in every if _reads(texts, each)]


def _reads(texts: pa.ChunkedArray, pattern: str) -> bool:
    times = pc.strptime(pc.utf8_trim_whitespace(texts), pattern, "s", error_is_null=True)
    return not times.null_count and pc.min(pc.year(times)).as_py() >= FIRST_YEAR


def _said(asked: NewProduct, columns: Mapping[str, str]) -> str:
    """Return the words that replace columns by a query of files, as a shell takes them."""
    parts = ", ".join(f"{made} AS {_column(name)}" for name, made in columns.items())
    if asked.query is not None:
        return f"say in the query: SELECT … {parts}"
    return said(f"SELECT * REPLACE ({parts}) FROM {FILES}")  # noqa: S608 - a person is told it


def said(query: str) -> str:
    """Return the words that give a query of files, as a shell takes them."""
    for special in '\\"$`':
        query = query.replace(special, f"\\{special}")
    return f'say query="{query}"'


def _column(name: str) -> str:
    """Return a column's name as SQL quotes it."""
    quoted = name.replace('"', '""')
    return f'"{quoted}"'


def _all(column: pa.ChunkedArray, pattern: str) -> bool:
    """Return whether all texts of a column fit a pattern."""
    return bool(pc.all(pc.match_substring_regex(column, pattern)).as_py())


def _first(column: pa.ChunkedArray) -> object:
    return column.drop_null()[0].as_py()
