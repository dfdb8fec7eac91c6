"""Who refuses which rows, and why: the schema over frames, the record type, a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from contracts.errors import DataError, SideError
from contracts.schema.columns import Columns
from contracts.schema.edges import wire
from contracts.schema.frame import frame
from contracts.schema.validation import validator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.equivalence.case import Case
    from contracts.ports import Floats, Model

    Row = dict[str, Any]


def decode_records(case: Case, rows: Sequence[Row]) -> tuple[list[str], list[Any]]:
    """Return a reason for each row, empty if its bytes are accepted, and the accepted records."""
    reasons, records = [], []
    for row in rows:
        try:
            records.append(case.decoder.decode(wire(row)))
            reasons.append("")
        except DataError as error:
            reasons.append(_reason(error))
    return reasons, records


def refused_by_schema(
    case: Case, rows: Sequence[Row], *, likely: Sequence[bool], near: Row
) -> list[str]:
    """Return why the schema refuses each row's one-row frame, empty if it does not.

    A frame takes milliseconds a column. A check holds for a frame if and only if it does for each
    row, so rows that are likely accepted are validated in one frame first; and of a row that
    differs from an accepted one in a single column that column alone is validated.

    Args:
        case: Has the schema.
        rows: In JSON's types.
        likely: Whether each is expected to be accepted.
        near: A row that others differ from in one column.
    """
    columns = case.contract.input_columns
    whole = _validation(columns)
    # What holds between columns can only be seen on whole rows.
    single = not columns.row_checks and not whole(near)
    alone = {each.name: _validation(Columns([each])) for each in columns}

    def refused(row: Row) -> str:
        name = changed_field(row, near) if single else ""
        return alone[name]({name: row[name]}) if name else whole(row)

    together = [row for row, expected in zip(rows, likely, strict=True) if expected]
    if together and not whole(together):
        return ["" if ok else refused(row) for row, ok in zip(rows, likely, strict=True)]
    return [refused(row) for row in rows]


def changed_field(row: Row, near: Row) -> str:
    """Return the one field in which a row differs from another; empty unless it is exactly one.

    >>> changed_field({"a": 1, "b": True}, {"a": 1, "b": 1})
    'b'
    >>> changed_field({"a": 1}, {"a": 1, "b": 1})
    ''
    """
    if row.keys() != near.keys():
        return ""
    pairs = ((name, value, near[name]) for name, value in row.items())
    changed = [name for name, one, other in pairs if type(one) is not type(other) or one != other]
    return changed[0] if len(changed) == 1 else ""


def refused_by_model(
    case: Case, model: Model, records: Sequence[Any], *, one_by_one: bool
) -> list[str]:
    """Return why a model refuses each record, empty if it answers with k finite numbers.

    Args:
        case: Asks the model.
        model: The candidate's or the reference's.
        records: Of the contract's compiled type.
        one_by_one: Whether to ask for one record at a time, too, as when served.
    """
    rows = pa.Table.from_pylist(
        [msgspec.structs.asdict(record) for record in records], schema=case.golden.rows.schema
    )
    batch = _refused_rows(lambda part: case.predict(model, part), rows)
    if not one_by_one:
        return batch
    alone = _refused_rows(lambda part: case.predict_each(model, part), rows)
    together = [f"in a batch, {reason}" if reason else "" for reason in batch]
    return [one or many for one, many in zip(alone, together, strict=True)]


def _validation(columns: Columns) -> Callable[[Row | list[Row]], str]:
    """Return a function that says why columns refuse a row, or several in one frame.

    It says the first reason: to find all of them takes nine times as long.
    """
    validate = validator(columns, every=False)

    def refused(rows: Row | list[Row]) -> str:
        try:
            validate(frame(columns, rows))
        except DataError as error:
            return _reason(error)
        return ""

    return refused


def _refused_rows(ask: Callable[[pa.Table], Floats], rows: pa.Table) -> list[str]:
    """Return each row's refusal, found by halving: one refused row makes its whole batch fail."""
    try:
        ask(rows)
    except SideError as error:
        half = rows.num_rows // 2
        if not half:
            return [error.message]
        return _refused_rows(ask, rows.slice(0, half)) + _refused_rows(ask, rows.slice(half))
    return [""] * rows.num_rows


def _reason(error: DataError) -> str:
    return "; ".join((error.message, *error.details[:1]))
