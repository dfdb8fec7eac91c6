"""What the events of a source must satisfy: their columns, their values, and no knowledge ahead.

The adapters check columns and values where they take events in; `fetch_checked` checks, before rows
are used, that nothing in them was unknown at their moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.exact import exact, plain_type
from contracts.data.rows import arrived_before, microseconds
from contracts.errors import DataError, LeakError
from contracts.moment import iso
from contracts.ports import ARRIVED, ID, KEY, KNOWN, OUTCOME, TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.ports import Source

#: The columns every source has, in order; a product's own input columns follow.
STANDARD = (ID, KEY, TIME, OUTCOME, ARRIVED, KNOWN)


def fetch_checked(source: Source, start: int, end: int, *, known_by: int) -> pa.Table:
    """Return a source's window as known by a moment, and verify that nothing in it was unknown.

    Raises:
        DataError: The source cannot answer for that window, or a standard column is missing.
        LeakError: It hands over more than was known.
    """
    rows = source.window(start, end, known_by=known_by)
    check_schema(rows.schema)
    check_known(rows, known_by)
    return rows


def check_known(rows: pa.Table, known_by: int) -> None:
    """Check that every outcome arrived before a moment, and every feature before its event.

    An outcome without a moment of arrival counts as a leak: nobody can show that it is not.

    Raises:
        LeakError: Some did not; the message has their number and the ids of the first.
    """
    _refuse_leaks(
        rows.filter(pc.and_not(pc.is_valid(rows[OUTCOME]), arrived_before(rows, known_by))),
        f"outcomes that had not arrived before {iso(known_by)}",
        hint="ask the source for the window with known_by set to the moment of training",
    )
    ahead = pc.greater(microseconds(rows[KNOWN]), microseconds(rows[TIME]))
    _refuse_leaks(
        rows.filter(pc.fill_null(ahead, fill_value=True)),
        "features that were not known at the time of their event",
        hint="derive `known` from when each feature was known, or drop the feature that came later",
    )


def checked_events(table: pa.Table) -> pa.Table:
    """Return events in the types all code here expects, if they satisfy `contracts.ports.Source`.

    Instants become ``timestamp[us, UTC]``, integers int64, other numbers float64, texts string: a
    value that this would change is refused.

    Args:
        table: Events with every outcome there is, or those known by a moment.

    Raises:
        DataError: A standard column is missing or of another type; any instant has no time zone;
            a value cannot be carried exactly; an id, a key or an instant is null; two events have
            one id; an outcome is no finite number; an outcome has no arrival or an arrival no
            outcome; or an outcome arrived before its event.
    """
    check_schema(table.schema)
    columns = {name: exact(name, table[name]) for name in table.column_names}
    events = pa.table({name: each.column for name, each in columns.items()})
    for name, each in columns.items():
        if each.lost is not None:
            what = f"column {name!r}: {each.why}"
            _refuse(events, each.lost, what, each.hint, values=table[name])
    if pa.types.is_floating(events[OUTCOME].type):
        _refuse(
            events,
            pc.invert(pc.is_finite(events[OUTCOME])),
            "column 'outcome': no finite number",
            "an event without an outcome has null there, and no arrival",
            values=events[OUTCOME],
        )
    for name in (ID, KEY, TIME, KNOWN):
        nulls = pc.is_null(events[name])
        _refuse(events, nulls, f"column {name!r}: null", f"give every event its {name}")
    _refuse_repeated_ids(events)
    outcome, arrived = pc.is_valid(events[OUTCOME]), pc.is_valid(events[ARRIVED])
    _refuse(
        events,
        pc.and_not(outcome, arrived),
        "column 'arrived': null beside an outcome",
        "say when each outcome arrived: one without a moment cannot be kept out of a training",
    )
    _refuse(
        events,
        pc.and_not(arrived, outcome),
        "column 'outcome': null beside its arrival",
        "an event that never gets an outcome has no arrival either: make both null",
    )
    _refuse(
        events,
        pc.less(events[ARRIVED], events[TIME]),
        "column 'arrived': before the event's time",
        "time is when the event is to be predicted, arrived when its outcome was known: fix them",
    )
    return events


def check_schema(schema: pa.Schema) -> None:
    """Check that the standard columns come first, in their types.

    Raises:
        DataError: A column is there twice; a standard column is missing or elsewhere; an id or a
            key is not text; or an instant is of another type or has no time zone.
    """
    names = schema.names
    if len({*names}) < len(names):
        raise DataError(
            f"expected each column once, got {', '.join(names)}",
            hint="name every column of the source's query apart",
        )
    if tuple(names[: len(STANDARD)]) != STANDARD:
        raise DataError(
            f"expected the columns {', '.join(STANDARD)} first, got {', '.join(names)}",
            hint="give every event these columns in the source's query; arrived and known too",
        )
    for name in (ID, KEY):
        if plain_type(schema.field(name).type) != pa.string():
            raise DataError(
                f"column {name!r}: expected text, got {schema.field(name).type}",
                hint=f"cast it in the source's query: CAST({name} AS VARCHAR)",
            )
    for name in (TIME, ARRIVED, KNOWN):
        kind = schema.field(name).type
        if not pa.types.is_timestamp(kind):
            hint = f"cast it in the source's query: CAST({name} AS TIMESTAMP WITH TIME ZONE)"
        elif kind.tz is None:
            hint = f"name the zone of its clock in the source's query: {name} AT TIME ZONE 'UTC'"
        else:
            continue
        raise DataError(
            f"column {name!r}: expected instants with a time zone, got {kind}", hint=hint
        )


def _refuse_repeated_ids(events: pa.Table) -> None:
    ids = events[ID]
    if pc.count_distinct(ids).as_py() == events.num_rows:
        return
    counts = pc.value_counts(ids)
    repeated = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    raise _error(
        f"column 'id': {len(repeated):,} ids stand in more than one row",
        "an event has one row: join what multiplies rows on a unique key, or make the id longer",
        repeated.to_pylist(),
    )


def _refuse(
    events: pa.Table,
    wrong: pa.ChunkedArray,
    what: str,
    hint: str,
    *,
    values: pa.ChunkedArray | None = None,
) -> None:
    """Refuse events if some are wrong: the details identify them, with their value if given."""
    if pc.any(wrong).as_py():
        rows = events.filter(wrong)
        message = f"{what} in {rows.num_rows:,} of {events.num_rows:,} rows"
        details = [*_identified(rows)]
        if values is not None:
            texts = values.filter(wrong).cast(pa.string()).to_pylist()
            details = [f"{row}: {text}" for row, text in zip(details, texts, strict=True)]
        raise _error(message, hint, details)


def _identified(rows: pa.Table) -> Iterator[str]:
    """Return what identifies each row: its id, else its key and time."""
    for row in rows.select([ID, KEY, TIME]).to_pylist():
        yield row[ID] or f"{row[KEY]} at {row[TIME]}"


def _error(message: str, hint: str, details: Iterable[str]) -> DataError:
    return DataError(f"the source's events: {message}", hint=hint, details=details)


def _refuse_leaks(leaks: pa.Table, what: str, *, hint: str) -> None:
    if leaks.num_rows:
        raise LeakError(
            f"{leaks.num_rows} rows hold {what}", hint=hint, details=leaks[ID].to_pylist()
        )
