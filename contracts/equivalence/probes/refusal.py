"""Who refuses which rows, and why: the schema over frames, the record type, a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from contracts.errors import DataError, SideError
from contracts.schema.columns import Columns
from contracts.schema.edges import wire
from contracts.schema.frame import frame
from contracts.schema.pandera import validator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.equivalence.case import Case
    from contracts.ports import Floats, Model

    Row = dict[str, Any]


def by_record_type(case: Case, rows: Sequence[Row]) -> tuple[list[str], list[Any]]:
    """Return why the compiled type refuses each row's bytes, empty where not; and the records."""
    reasons, records = [], []
    for row in rows:
        try:
            records.append(case.decoder.decode(wire(row)))
            reasons.append("")
        except DataError as error:
            reasons.append(_said(error))
    return reasons, records


def by_schema(case: Case, rows: Sequence[Row], *, likely: Sequence[bool], near: Row) -> list[str]:
    """Return why the schema refuses each row's one-row frame, empty where it does not.

    A frame costs milliseconds a column. A check holds for a frame if and only if it does for each
    row, so rows that are likely accepted are looked at in one frame first; and a row that differs
    from an accepted one in a single column is looked at in that column alone.

    Args:
        case: Holds the schema.
        rows: In JSON's types.
        likely: Whether each is expected to be accepted.
        near: A row that others differ from in one column.
    """
    columns = case.contract.input_columns
    every = _looking(columns)
    # What holds between columns is seen on whole rows only.
    known = not columns.row_checks and not every(near)
    alone = {each.name: _looking(Columns([each])) for each in columns}

    def look(row: Row) -> str:
        name = changed(row, near) if known else ""
        return alone[name]({name: row[name]}) if name else every(row)

    together = [row for row, expected in zip(rows, likely, strict=True) if expected]
    if together and not every(together):
        return ["" if ok else look(row) for row, ok in zip(rows, likely, strict=True)]
    return [look(row) for row in rows]


def changed(row: Row, near: Row) -> str:
    """Return the one field in which a row differs from another, empty where it is not one alone.

    >>> changed({"a": 1, "b": True}, {"a": 1, "b": 1})
    'b'
    >>> changed({"a": 1}, {"a": 1, "b": 1})
    ''
    """
    if row.keys() != near.keys():
        return ""
    pairs = ((name, value, near[name]) for name, value in row.items())
    apart = [name for name, one, other in pairs if type(one) is not type(other) or one != other]
    return apart[0] if len(apart) == 1 else ""


def _looking(columns: Columns) -> Callable[[Row | list[Row]], str]:
    """Return what says why a schema refuses a row, or several in one frame."""
    validate = validator(columns)

    def look(some: Row | list[Row]) -> str:
        try:
            validate(frame(columns, some))
        except DataError as error:
            return _said(error)
        return ""

    return look


def by_model(case: Case, model: Model, records: Sequence[Any], *, each: bool) -> list[str]:
    """Return why a model refuses each record, empty where it answers with k finite numbers.

    Args:
        case: Asks.
        model: Is asked.
        records: Of the contract's compiled type.
        each: Whether also one record at a time, as when served, and not in a batch alone.
    """
    rows = pa.Table.from_pylist(
        [msgspec.structs.asdict(record) for record in records], schema=case.golden.rows.schema
    )
    batch = _refused(lambda some: case.predict(model, some), rows)
    if not each:
        return batch
    alone = _refused(lambda some: case.predict_each(model, some), rows)
    together = [f"in a batch, {reason}" if reason else "" for reason in batch]
    return [one or many for one, many in zip(alone, together, strict=True)]


def _refused(ask: Callable[[pa.Table], Floats], rows: pa.Table) -> list[str]:
    """Return each row's refusal, found by halves: a batch fails for all when it does for one."""
    try:
        ask(rows)
    except SideError as error:
        half = rows.num_rows // 2
        if not half:
            return [error.message]
        return _refused(ask, rows.slice(0, half)) + _refused(ask, rows.slice(half))
    return [""] * rows.num_rows


def _said(error: DataError) -> str:
    return "; ".join((error.message, *error.details[:1]))
