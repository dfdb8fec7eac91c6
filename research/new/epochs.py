"""Times that are numbers: seconds, milliseconds or microseconds since 1970, told by their size."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import ConfigError
from contracts.moment import UNITS, readable, since_epoch
from research.new.inputs import NAMING

if TYPE_CHECKING:
    from research.new.asked import NewProduct

Unit = Literal["s", "ms", "us"]
#: How long one of each is called in messages.
WORDS: dict[Unit, str] = {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}
#: Between which years numbers are taken for times. Those of two units never overlap there.
FROM, TO = (since_epoch(datetime(year, 1, 1, tzinfo=UTC)) for year in (1990, 2100))
#: What columns of times are called.
TIMES = re.compile(
    r"(^|[^a-z])(at|date|datetime|epoch|time|timestamp|ts|when|zeit|datum)$", re.IGNORECASE
)


def is_number(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds numbers, which may be times."""
    return bool(pa.types.is_integer(column.type) or pa.types.is_floating(column.type))


def unit_of(column: pa.ChunkedArray) -> Unit | None:
    """Return the unit under which all numbers lie in the years 1990 to 2100; None if none is.

    >>> unit_of(pa.chunked_array([[1_704_067_200, None]])), unit_of(pa.chunked_array([[12, 7]]))
    ('s', None)
    """
    if not is_number(column) or column.null_count == len(column):
        return None
    span = pc.min_max(column)
    least, most = span["min"].as_py(), span["max"].as_py()
    for unit in WORDS:
        if least * UNITS[unit] >= FROM and most * UNITS[unit] < TO:
            return unit
    return None


def numbers_as_times(rows: pa.Table, excluded: set[str | None]) -> list[str]:
    """Return the columns of numbers that are times by their size and by what they are called.

    Raises:
        ConfigError: One may be by its size alone, and none is called so.
    """
    plausible = [
        name
        for name in rows.column_names
        if name not in excluded and not rows[name].null_count and unit_of(rows[name])
    ]
    called = [name for name in plausible if TIMES.search(name)]
    unclear = [name for name in plausible if not NAMING.search(name)]
    if unclear and not called:
        name = unclear[0]
        unit = unit_of(rows[name]) or "s"
        raise ConfigError(
            f"time: the numbers of {name!r} may be {WORDS[unit]} since 1970, or anything else",
            hint=f"time={name} says that they are; time=none that there is no time",
        )
    return called


def units(
    asked: NewProduct, rows: pa.Table, time: str | None
) -> tuple[Unit | None, tuple[str, ...]]:
    """Return the unit of times that are numbers, None where none are, and what is said of them.

    Args:
        asked: What was asked.
        rows: The data.
        time: The column of the events' times.

    Raises:
        ConfigError: No unit makes plausible times of a column; two columns have other units; or a
            unit is given, and no times are numbers.
    """
    named = {"time": time, "arrived": None if asked.delay else asked.arrived}
    numbers = {
        key: name
        for key, name in named.items()
        if name is not None and name in rows.column_names and is_number(rows[name])
    }
    if asked.unit and not numbers:
        raise ConfigError(
            f"unit={asked.unit}: no times are numbers", hint="leave it out, or name one as time=…"
        )
    found = {key: asked.unit or _unit_for(key, name, rows[name]) for key, name in numbers.items()}
    if len({*found.values()}) > 1:
        raise ConfigError(
            f"time and arrived are numbers of other units: {', '.join(map(str, found.values()))}",
            hint="make both times, or of one unit, in a view or query",
        )
    unit = next(iter(found.values()), None)
    return unit, tuple(_said(name, rows[name], unit) for name in numbers.values() if unit)


def _unit_for(key: str, name: str, column: pa.ChunkedArray) -> Unit:
    unit = unit_of(column)
    if unit is None:
        span = pc.min_max(column)
        raise ConfigError(
            f"{key}={name}: numbers from {span['min']} to {span['max']} are neither seconds, "
            "milliseconds nor microseconds of the years 1990 to 2100",
            hint="unit=s, ms or us says what they are since 1970; or name a column of times",
        )
    return unit


def _said(name: str, column: pa.ChunkedArray, unit: Unit) -> str:
    span = pc.min_max(column)
    first, last = (readable(round(span[each].as_py() * UNITS[unit])) for each in ("min", "max"))
    return (
        f"the numbers of {name!r} are read as {WORDS[unit]} since 1970: {first} to {last}. "
        "unit=… says another unit, time=none that there is no time"
    )
