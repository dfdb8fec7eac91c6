"""What the events of a source owe, row by row: asked where an adapter takes them in.

That no row knows its future is the guard's to ask, where rows are trained on or looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from contracts.errors import DataError
from contracts.ports import ARRIVED, ID, KEY, KNOWN, OUTCOME, TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa


def sound(table: pa.Table) -> pa.Table:
    """Return events as they are, if what is known of each goes together.

    Args:
        table: Normal rows, with every outcome there is or those known by a moment.

    Raises:
        DataError: An id, a key or an instant is null, two events have one id, an outcome has no
            arrival or an arrival no outcome, or an outcome arrived before its event.
    """
    for name in (ID, KEY, TIME, KNOWN):
        nulls = pc.is_null(table[name])
        _refuse(table, nulls, f"column {name!r}: null", f"give every event its {name}")
    _refuse_twice(table)
    told, dated = pc.is_valid(table[OUTCOME]), pc.is_valid(table[ARRIVED])
    _refuse(
        table,
        pc.and_not(told, dated),
        "column 'arrived': null beside an outcome",
        "say when each outcome arrived: what says no moment cannot be kept from a training",
    )
    _refuse(
        table,
        pc.and_not(dated, told),
        "column 'outcome': null beside its arrival",
        "an event that never gets an outcome has no arrival either: make both null",
    )
    _refuse(
        table,
        pc.less(table[ARRIVED], table[TIME]),
        "column 'arrived': before the event's time",
        "time is when the event is to be predicted, arrived when its truth was known: mend them",
    )
    return table


def _refuse_twice(table: pa.Table) -> None:
    ids = table[ID]
    if pc.count_distinct(ids).as_py() == table.num_rows:
        return
    counts = pc.value_counts(ids)
    values, often = counts.field("values"), counts.field("counts")
    again = values.filter(pc.greater(often, 1))
    raise _wrong(
        f"column 'id': {len(again):,} ids stand in more than one row",
        "an event has one row: join what multiplies rows on a unique key, or make the id longer",
        again.to_pylist(),
    )


def _refuse(table: pa.Table, wrong: pa.ChunkedArray, what: str, hint: str) -> None:
    if pc.any(wrong).as_py():
        rows = table.filter(wrong)
        found = f"{what} in {rows.num_rows:,} of {table.num_rows:,} rows"
        raise _wrong(found, hint, _named(rows))


def _named(rows: pa.Table) -> Iterator[str]:
    for row in rows.select([ID, KEY, TIME]).to_pylist():
        yield row[ID] or f"{row[KEY]} at {row[TIME]}"


def _wrong(message: str, hint: str, details: Iterable[str]) -> DataError:
    return DataError(f"the source's events: {message}", hint=hint, details=details)
