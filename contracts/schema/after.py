"""What is left to check of a record once it is decoded: what msgspec's own constraints do not say.

A type whose columns leave nothing gets no hook, and decodes at msgspec's own speed.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

Held = tuple[str, "Callable[..., bool]"]


def hook(
    columns: Columns, attributes: Mapping[str, str], left: Iterable[Sequence[Check]]
) -> dict[str, Any]:
    """Return the namespace of a record type that checks what is left, empty if nothing is.

    Args:
        columns: The schema.
        attributes: What a column's value is called in the record.
        left: For each column the checks that msgspec does not make.
    """
    fields = [
        (column, attributes[column.name], [(_said(each), each.condition.holds) for each in checks])
        for column, checks in zip(columns, left, strict=True)
        if checks or column.kind == "datetime"
    ]
    rows = [
        ([attributes[name] for name in each.columns], (_said(check), each.holds))
        for check, each in zip(columns.row_checks, columns.row_conditions, strict=True)
    ]

    def __post_init__(self: msgspec.Struct) -> None:  # noqa: N807 - msgspec's hook
        for column, attribute, held in fields:
            _column(self, column, attribute, held)
        for names, each in rows:
            values = [getattr(self, name) for name in names]
            if None not in values:
                _hold(each, values, "a record", "$")

    return {"__post_init__": __post_init__} if fields or rows else {}


def _column(record: msgspec.Struct, column: Column, attribute: str, held: list[Held]) -> None:
    """Put an instant in UTC and check a value that is not null.

    Raises:
        ValueError: A check does not hold; msgspec makes its own error of it.
    """
    value = getattr(record, attribute)
    if value is None:
        return
    if column.kind == "datetime":
        value = _utc(column.name, value)
        msgspec.structs.force_setattr(record, attribute, value)
    for each in held:
        _hold(each, (value,), f"`{column.kind}`", f"$.{column.name}")


def _hold(held: Held, values: Sequence[Any], what: str, where: str) -> None:
    said, holds = held
    try:
        kept = holds(*values)
    except Exception as error:
        # pandera takes a check that raises for one that does not hold, and so does the wire.
        raise ValueError(
            f"Expected {what} {said}, which raised {error!r} - at `{where}`"
        ) from error
    if not kept:
        raise ValueError(f"Expected {what} {said} - at `{where}`")


def _utc(name: str, value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(
            f"Expected a `datetime` in UTC's years 1 to 9999 - at `$.{name}`"
        ) from None


def _said(check: Check) -> str:
    return " ".join([check.name, *map(str, check.args.values())])
