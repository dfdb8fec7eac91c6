"""Which columns say what an event is: its name and key, its time, when its outcome is known."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.opened import is_database
from contracts.errors import ConfigError, DataError, did_you_mean
from research.new.asked import NO_TIME, typed, with_defaults
from research.new.epochs import numbers_as_times, units
from research.new.inputs import BOTH, NAMING
from research.new.written import check_texts, texts_as_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from research.new.asked import NewProduct

#: How many rows a key has on average, at least.
REPEATS = 1.5
#: How many values a column has at least that is a key by its name alone: fewer are kinds of things.
OWNERS = 20
#: What columns are called that say whose event it is.
WHOSE = re.compile(
    r"^(account|client|customer|device|host|kunde|machine|member|patient|player|user)s?$",
    re.IGNORECASE,
)
#: What else than a column may be said of a key.
ALSO = {
    "arrived": "; or a delay, such as arrived=7d or arrived=12h",
    "time": "; or time=none, where no column says when",
}
#: The keys that name columns of no role.
BESIDE = frozenset({"drop", "keep"})
#: How long an outcome is taken to take where nothing says it.
ASSUMED = "1d"


def check_columns(asked: NewProduct, rows: pa.Table) -> None:
    """Check that there are rows, and all columns that were named.

    Raises:
        ConfigError: A column is not there.
        DataError: There are no rows, two columns of one name, or lists where values are needed.
    """
    names = rows.column_names
    if len({*names}) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(f"data: two columns are called {twice}", hint="rename one of them")
    for key, columns in asked.named_columns.items():
        for name in columns:
            if name not in names:
                raise ConfigError(
                    f"{key}: the data have no column {name!r}{did_you_mean(name, names)}",
                    hint=f"columns: {', '.join(names)}" + ALSO.get(key, ""),
                )
            if key not in BESIDE and pa.types.is_nested(kind := rows.schema.field(name).type):
                what = str(kind).partition("<")[0]
                raise DataError(
                    f"{key}={name}: expected a value in each row, found a {what}",
                    hint="name another column; a query derives a number or a text of it",
                )
    if not rows.num_rows:
        raise DataError(f"data: {asked.data} has a header and no row", hint="give it rows")


def completed(asked: NewProduct, rows: pa.Table) -> tuple[NewProduct, tuple[str, ...]]:
    """Return what was asked with what was found of time, arrival, id and key, and doubts.

    Raises:
        ConfigError: Nobody can tell which column is the time, or what names an event; or outcomes
            are known at a time, and events have none.
        DataError: An id stands in two rows.
    """
    doubts: list[str] = []
    found: dict[str, str | None] = {"time": _time(asked, rows)}
    unit, numbers = units(asked, rows, found["time"])
    found["unit"] = unit
    doubts += numbers
    times = found["time"]
    check_texts(asked, rows, str(times))
    taken = {asked.target, times}
    if times == NO_TIME and asked.arrived is not None and asked.delay is None:
        raise ConfigError(
            f"arrived={asked.arrived}: no other column says when the event was",
            hint=f"where it is the event's time, arrived=0 time={shlex.quote(asked.arrived)} if "
            "outcomes are known at once, or a delay such as arrived=7d",
        )
    if asked.arrived is None:
        found["arrived"] = _arrived(asked, rows, times) if times != NO_TIME else "0"
        if found["arrived"] is None:
            found["arrived"] = ASSUMED
            doubts.append(
                f"nothing says when an outcome is known: taken for {ASSUMED} after its event. Say "
                "arrived=… with a column, or a delay such as 30d"
            )
    taken |= {asked.arrived, found.get("arrived")}
    names = [each for each in rows.column_names if each not in taken]
    if asked.id is None:
        found["id"] = _first(names, lambda name: _names_rows(rows[name], name))
        if found["id"] is None and is_database(str(asked.data)):
            raise _no_id([name for name in names if _unlike(rows[name])])
    else:
        _check_id(asked.id, rows[asked.id])
    if asked.key is None:
        others = [each for each in names if each != (asked.id or found["id"])]
        found["key"] = _first(others, lambda name: _repeats(rows[name], name))
    return with_defaults(asked, **found), tuple(doubts)


def roles_of(asked: NewProduct) -> dict[str, str]:
    """Return the role of each column that has one, by name.

    Raises:
        ConfigError: A column is to be an input whose role forbids it.
    """
    columns = asked.named_columns
    roles = {
        names[0]: role
        for role in ("key", "id", "arrived", "time", "target")
        if (names := columns.get(role))
    }
    for name in asked.kept:
        if (role := roles.get(name)) and role not in BOTH:
            raise ConfigError(
                f"keep={name}: the column is the {role}, and no input",
                hint=f"leave {typed('keep', name)} out; a query derives inputs, such as an hour, "
                "from a time",
            )
    return roles


def _time(asked: NewProduct, rows: pa.Table) -> str:
    """Return the column of the time, or that there is none.

    Raises:
        ConfigError: Several may be it.
    """
    if asked.time is not None:
        return asked.time
    excluded = {asked.target, asked.arrived, *asked.dropped}
    times = [name for name in _instants(rows) if name not in excluded]
    taken = excluded | {asked.id, asked.key}
    times = times or numbers_as_times(rows, taken) or texts_as_times(asked, rows, taken)
    if len(times) > 1:
        raise ConfigError(
            f"time: several columns hold times: {', '.join(times)}",
            hint=f"time={times[0]} names when an event is to be predicted; time=none: none does",
        )
    return times[0] if times else NO_TIME


def _arrived(asked: NewProduct, rows: pa.Table, time: str | None) -> str | None:
    """Return the one column of times that is null just where the target is, and not before time."""
    target = rows[str(asked.target)]
    if not target.null_count:
        return None
    candidates = [
        name
        for name in _instants(rows)
        if name != time and pc.is_null(rows[name]).equals(pc.is_null(target))
    ]
    return candidates[0] if len(candidates) == 1 else None


def _instants(rows: pa.Table) -> Iterator[str]:
    for field in rows.schema:
        if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
            yield field.name


def _first(names: list[str], fits: Callable[[str], bool]) -> str | None:
    return next((name for name in names if fits(name)), None)


def _named(column: pa.ChunkedArray, name: str, *, whose: bool = False) -> bool:
    kind = column.type
    names = pa.types.is_integer(kind) or pa.types.is_string(kind)
    called = NAMING.search(name) or (whose and WHOSE.search(name))
    return bool(called) and names and not column.null_count


def _no_id(unlike: list[str]) -> ConfigError:
    """Return the refusal of a table none of whose columns is called as one that names rows."""
    if not unlike:
        return ConfigError(
            "id: no column of the table tells two rows apart",
            hint="id=… names one; a query can derive it",
        )
    return ConfigError(
        f"id: no column of the table is called as one that names rows; of {', '.join(unlike[:3])} "
        "no value stands in two",
        hint=f"{typed('id', unlike[0])}, or a query that derives one",
    )


def _names_rows(column: pa.ChunkedArray, name: str) -> bool:
    return _named(column, name) and pc.count_distinct(column).as_py() == len(column)


def _unlike(column: pa.ChunkedArray) -> bool:
    """Return whether a column has another value in each row."""
    return (
        not pa.types.is_nested(column.type)
        and not column.null_count
        and pc.count_distinct(column).as_py() == len(column)
    )


def _repeats(column: pa.ChunkedArray, name: str) -> bool:
    """Return whether a column names whose event it is: the same again and again, yet many."""
    distinct = pc.count_distinct(column).as_py() if _named(column, name, whose=True) else 0
    few = distinct < OWNERS and not NAMING.search(name)
    return not few and REPEATS * distinct <= len(column) < 1000 * distinct


def _check_id(name: str, column: pa.ChunkedArray) -> None:
    if column.null_count:
        raise DataError(
            f"id={name}: {column.null_count:,} rows have none", hint="name another column"
        )
    counts = column.value_counts()
    twice = counts.filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        first = twice[0].as_py()
        raise DataError(
            f"id={name}: {first['values']!r} stands in {first['counts']:,} rows"
            + (f", and {len(twice) - 1:,} more ids in several" if len(twice) > 1 else ""),
            hint=f"an id names one event: key={name} if it says whose event it is",
        )
