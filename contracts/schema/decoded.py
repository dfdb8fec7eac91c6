"""Checks of a decoded record: those that msgspec's own constraints cannot express.

A type without such checks gets no hook, and decodes at msgspec's own speed.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

    #: A check in words, and what tells whether it holds.
    Test = tuple[str, Callable[..., bool]]


def hook(
    columns: Columns, attributes: Mapping[str, str], remaining: Mapping[str, Sequence[Check]]
) -> dict[str, Any]:
    """Return the namespace of a record type that makes the remaining checks, empty if none do.

    Args:
        columns: The schema.
        attributes: The record's attribute for each column.
        remaining: For each column the checks that msgspec does not make.
    """
    fields = [
        (column, attributes[column.name], [_test(check) for check in remaining[column.name]])
        for column in columns
        if remaining[column.name] or column.kind == "datetime"
    ]
    rows = [
        ([attributes[name] for name in check.condition.columns], _test(check))
        for check in columns.row_checks
    ]

    def __post_init__(self: msgspec.Struct) -> None:  # noqa: N807 - msgspec's hook
        for column, attribute, tests in fields:
            _check_value(self, column, attribute, tests)
        for names, test in rows:
            values = [getattr(self, name) for name in names]
            if None not in values:
                _require(test, values, "a record", "$")

    return {"__post_init__": __post_init__} if fields or rows else {}


def _test(check: Check) -> Test:
    return str(check), check.condition.holds


def _check_value(record: msgspec.Struct, column: Column, attribute: str, tests: list[Test]) -> None:
    """Put an instant in UTC and check a value that is not null.

    Raises:
        ValueError: A check does not hold; msgspec makes its own error of it.
    """
    value = getattr(record, attribute)
    if value is None:
        return
    if column.kind == "datetime":
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            expected = "a `datetime` in UTC's years 1 to 9999"
            raise ValueError(f"Expected {expected} - at `$.{column.name}`") from None
        msgspec.structs.force_setattr(record, attribute, value)
    for test in tests:
        _require(test, (value,), f"`{column.kind}`", f"$.{column.name}")


def _require(test: Test, values: Sequence[Any], what: str, where: str) -> None:
    words, holds = test
    try:
        fulfilled = holds(*values)
    except Exception as error:
        # pandera takes a check that raises for one that does not hold, and so does the wire.
        raise ValueError(
            f"Expected {what} {words}, which raised {error!r} - at `{where}`"
        ) from error
    if not fulfilled:
        raise ValueError(f"Expected {what} {words} - at `{where}`")
