"""The query of a product whose events are the rows of one table, wherever that is stored.

Configuration says which column is what; this makes one Ibis expression of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from contracts.data.opened import ROW, is_database, open_table
from contracts.errors import ConfigError, DataError, did_you_mean
from contracts.moment import SECOND, UNITS, Duration, PositiveDuration, duration
from contracts.ports import ARRIVED, ID, KEY, KNOWN, OUTCOME, TIME
from contracts.schema.declared import declared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.schema.declared import Declared

INSTANT = "timestamp('UTC', 6)"
#: What numbers since 1970 may be of.
NUMBER_UNITS = ("s", "ms", "us")
#: Where time begins for rows that have none, in seconds since 1970: 2000-01-01.
ORIGIN = 946_684_800
#: The function of DuckDB and of PostgreSQL that returns the instant a clock of a zone shows.
timezone: Any = ibis.udf.scalar.builtin(
    lambda zone, clock: None,  # noqa: ARG005 - the engine has the function
    name="timezone",
    signature=(("string", "timestamp"), INSTANT),
)
#: The function of both that returns the instant so many seconds after 1970.
to_timestamp: Any = ibis.udf.scalar.builtin(
    lambda seconds: None,  # noqa: ARG005 - the engine has the function
    name="to_timestamp",
    signature=(("float64",), INSTANT),
)


def events(
    *,
    data: str,
    outcome: str,
    columns: list[dict[str, Any]],
    table: str | None = None,
    query: str | None = None,
    time: str | None = None,
    zone: str | None = None,
    unit: str | None = None,
    arrived: str | None = None,
    delay: Duration = "0",
    spacing: PositiveDuration = "1m",
    id: str | None = None,  # noqa: A002 - the key of configuration, as the column is called
    key: str | None = None,
) -> ir.Table:
    """Return the events of a table: the standard columns, then the declared inputs.

    Every input counts as known at the event's time: nothing in one table says otherwise.

    Args:
        data: A file, a folder of files, or the URL of a database.
        outcome: The column of the truth; null until it is known.
        columns: The inputs, see `contracts.schema.declared.Declared`.
        table: The table of the database.
        query: Or a SELECT there; of files one in DuckDB's SQL from ``data``.
        time: The column of the moment at which an event is to be predicted. Without it, rows come
            in an order without meaning, one after another from the year 2000 on.
        zone: The time zone of clocks without one, such as ``Europe/Berlin``; UTC unless given.
        unit: Of times that are numbers since 1970: seconds, milliseconds or microseconds.
        arrived: The column of the moment at which the outcome became known.
        delay: How long after the event's time it became known, where no column says so.
        spacing: How long after one row the next one comes, where there is no time.
        id: The column that names an event; in files, a row's number unless given.
        key: The column of whose event it is; the id unless given.

    Raises:
        ConfigError: A column's entry is malformed, or a row has nothing to name it by.
        DataError: The data cannot be read, or lack a column.
    """
    rows = open_table(data, table=table, query=query)
    return events_of(
        rows,
        declared(columns),
        called=data,
        outcome=outcome,
        time=time,
        zone=zone,
        unit=unit,
        arrived=arrived,
        delay=delay,
        spacing=spacing,
        id=id,
        key=key,
    )


def events_of(
    rows: ir.Table,
    inputs: Sequence[Declared],
    *,
    called: str,
    outcome: str,
    time: str | None = None,
    zone: str | None = None,
    unit: str | None = None,
    arrived: str | None = None,
    delay: Duration = "0",
    spacing: PositiveDuration = "1m",
    id: str | None = None,  # noqa: A002 - as in configuration
    key: str | None = None,
) -> ir.Table:
    """Return the events of an opened table: see `events`.

    Args:
        rows: The table, with `contracts.data.opened.ROW` where its rows have an order.
        inputs: The inputs.
        called: What messages call the table.
        outcome: As in `events`, and so are the others.
        time: …
        zone: …
        unit: …
        arrived: …
        delay: …
        spacing: …
        id: …
        key: …
    """
    named = (outcome, time, arrived, id, key, *(each.origin for each in inputs))
    _check_columns(rows, [name for name in named if name is not None], called)
    if id is None and ROW not in rows.columns:
        raise ConfigError(
            "id: the rows have no order to number them by",
            hint="id=… names the column that tells two rows apart"
            + ("" if is_database(called) else f"; or select {ROW} too, a row's place in its file"),
        )
    name = (rows[id] if id else rows[ROW]).cast("string")
    moment = (
        _instants(rows[time], zone, unit) if time else _moment_of(name, duration(spacing) // SECOND)
    )
    settled = _numeric(rows[outcome]).notnull()
    known = (
        _instants(rows[arrived], zone, unit)
        if arrived
        else moment + ibis.interval(seconds=duration(delay) // SECOND)
    )
    standard = {
        ID: name,
        KEY: rows[key].cast("string").coalesce(name) if key else name,
        TIME: moment,
        OUTCOME: _numeric(rows[outcome]),
        ARRIVED: settled.ifelse(known, ibis.null(INSTANT)),
        KNOWN: moment,
    }
    return rows.select(**standard, **{each.name: _input(rows, each) for each in inputs})


def _check_columns(rows: ir.Table, names: list[str], data: str) -> None:
    for name in names:
        if name not in rows.columns:
            valid = [each for each in rows.columns if each != ROW]
            raise DataError(
                f"{data} has no column {name!r}{did_you_mean(name, valid)}",
                hint=f"columns: {', '.join(valid)}",
            )


def _instants(column: ir.Column, zone: str | None, unit: str | None) -> ir.Column:
    """Return a column of instants, dates, ISO 8601 texts, or numbers of a unit as instants."""
    kind = column.type()
    if unit and kind.is_numeric():
        return _since_1970(column, unit)
    if kind.is_string():
        # A text may state its offset, or not: those that do are instants already.
        return column.cast(INSTANT) if not zone else timezone(zone, column.cast("timestamp"))
    if kind.is_date():
        column, kind = column.cast("timestamp"), ibis.dtype("timestamp")
    if kind.is_timestamp() and kind.timezone is None and zone:
        return timezone(zone, column)
    if kind.is_timestamp():
        return column.cast(INSTANT)
    raise DataError(
        f"column {column.get_name()!r}: expected times, got {kind}",
        hint="say unit=s, ms or us of numbers since 1970; cast others in a view or query",
    )


def _since_1970(column: ir.Column, unit: str) -> ir.Column:
    """Return numbers of a unit since 1970 as instants, to the microsecond.

    Raises:
        ConfigError: There is no such unit.
    """
    if unit not in NUMBER_UNITS:
        raise ConfigError(
            f"unit: expected one of {', '.join(NUMBER_UNITS)}, got {unit!r}",
            hint="say what the numbers of times since 1970 are of",
        )
    # Both engines round to the microsecond, which a float64 of seconds holds until the year 2255.
    return to_timestamp(column.cast("float64") / (SECOND // UNITS[unit]))


def _moment_of(name: ir.Column, spacing: int) -> ir.Column:
    """Return a moment for each row, in an order that its place in a file says nothing of."""
    place = ibis.row_number().over(ibis.window(order_by=name.hexdigest("md5")))
    seconds = ibis.literal(ORIGIN, "int64") + place * spacing
    return seconds.as_timestamp("s").cast(INSTANT)


def _finite(column: ir.Column) -> ir.Column:
    """Return an input with null where it is infinite, too: divided by zero, most often."""
    column = _numeric(column)
    return column.isinf().ifelse(ibis.null(), column) if column.type().is_floating() else column


def _numeric(column: ir.Column) -> ir.Column:
    """Return a column with null where a file has NaN, as frames write nulls; decimals as floats."""
    if column.type().is_decimal():
        return column.cast("float64")
    if not column.type().is_floating():
        return column
    return column.isnan().ifelse(ibis.null(), column)


def _input(rows: ir.Table, column: Declared) -> ir.Column:
    """Return an input in its declared kind.

    Raises:
        DataError: The data have another kind, which no cast carries exactly.
    """
    values = rows[column.origin]
    kind = values.type()
    if column.kind == "int" and kind.is_integer():
        return values.cast("int64")
    if column.kind == "float" and (kind.is_numeric() or kind.is_boolean()):
        return _finite(values).cast("float64")
    if column.kind == "bool" and kind.is_boolean():
        return values
    if column.kind in {"str", "category"} and (kind.is_string() or kind.is_uuid()):
        return values.cast("string")
    raise DataError(
        f"column {column.origin!r}: declared as {column.kind}, the data have {kind}",
        hint=f"correct `kind` of {column.name!r} in the product's columns",
    )
