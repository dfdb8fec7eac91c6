"""A contract's input schema compiled for one record off the wire: decode is validate.

This module and what it imports know neither pandas nor pandera: the serving process stays small.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import msgspec

from contracts.errors import DataError, near
from contracts.schema.pattern import portable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from contracts.schema.column import Column

MAX = sys.float_info.max
UNKNOWN = re.compile(r"unknown field `(.*)`")
TIMES: dict[str, Callable[[datetime, datetime], bool]] = {
    "ge": datetime.__ge__,
    "gt": datetime.__gt__,
    "le": datetime.__le__,
    "lt": datetime.__lt__,
}


def record_type(columns: Iterable[Column]) -> type[msgspec.Struct]:
    """Return the type of one record: frozen, a required field per column, in their order.

    Null must be said: a record without the key of a nullable column is refused, as a frame
    without the column is. A datetime is kept in UTC, whatever offset it came with.
    """
    columns = tuple(columns)
    return msgspec.defstruct(
        "Record",
        [(column.name, _annotation(column)) for column in columns],
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
        namespace=_times([column for column in columns if column.kind == "datetime"]),
    )


class RecordDecoder:
    """Decodes JSON to a record or refuses it: the request path's validation.

    Args:
        columns: The contract's input columns.

    Attributes:
        type: The compiled type of what `decode` returns.
    """

    def __init__(self, columns: Iterable[Column]) -> None:
        columns = tuple(columns)
        self.type = record_type(columns)
        self._names = [column.name for column in columns]
        required = sum(column.kind == "datetime" and not column.nullable for column in columns)
        self._colons = len(columns) + 2 * required
        self._decode = msgspec.json.Decoder(self.type).decode

    def decode(self, data: bytes) -> Any:
        """Return the record that a JSON object says.

        Raises:
            DataError: It is no record of the contract: malformed, out of type, range or set; a
                field unknown, missing or said twice.
        """
        try:
            record = self._decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._refusal(error) from error
        # All fields are there, each with its colon, and a datetime has two at least: only more
        # colons than these, or escaped ones, can hide a field said twice.
        if data.count(b":") != self._colons or b"\\" in data:
            json.loads(data, object_pairs_hook=_once)
        return record

    def convert(self, row: Mapping[str, Any]) -> Any:
        """Return the record of a row that is already in Python's types.

        Raises:
            DataError: It is no record of the contract.
        """
        try:
            return msgspec.convert(row, self.type)
        except msgspec.ValidationError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> DataError:
        unknown = UNKNOWN.search(str(error))
        guess = near(unknown.group(1), self._names) if unknown else ""
        return DataError(f"no record of the contract: {error}{guess}")


def decoder(columns: Iterable[Column]) -> RecordDecoder:
    """Return the decoder of records with these columns."""
    return RecordDecoder(columns)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name in found if sum(name == each for each, _ in pairs) > 1)
        raise DataError(f"no record of the contract: the field {twice!r} is said twice")
    return found


def _annotation(column: Column) -> Any:
    checks = {check.name: check.args for check in column.checks}
    plain = ANNOTATIONS[column.kind](checks)
    return Optional[plain] if column.nullable else plain  # noqa: UP045 - an expression, at run time


def _int(checks: dict[str, dict[str, Any]]) -> Any:
    if "isin" in checks:
        return Literal[tuple(checks["isin"]["allowed_values"])]
    return Annotated[int, _meta(checks, low=-(2**63), high=2**63 - 1)]


def _float(checks: dict[str, dict[str, Any]]) -> Any:
    # The widest bounds refuse infinities and, as no comparison with it holds, NaN.
    bounds = {name: {k: float(v) for k, v in args.items()} for name, args in checks.items()}
    return Annotated[float, _meta(bounds, low=-MAX, high=MAX)]


def _str(checks: dict[str, dict[str, Any]]) -> Any:
    length = checks.get("str_length", {})
    pattern = checks["str_matches"]["pattern"] if "str_matches" in checks else None
    return Annotated[
        str,
        msgspec.Meta(
            min_length=length.get("min_value"),
            max_length=length.get("max_value"),
            pattern=None if pattern is None else portable(pattern),
        ),
    ]


ANNOTATIONS: dict[str, Callable[[dict[str, dict[str, Any]]], Any]] = {
    "int": _int,
    "float": _float,
    "bool": lambda _: bool,
    "str": _str,
    "datetime": lambda _: Annotated[datetime, msgspec.Meta(tz=True)],
    "category": lambda checks: Literal[tuple(checks["isin"]["allowed_values"])],
}


def _meta(checks: dict[str, dict[str, Any]], *, low: float, high: float) -> msgspec.Meta:
    bounds = {
        name: bound for name, args in checks.items() if name in TIMES for bound in args.values()
    }
    if not bounds.keys() & {"ge", "gt"}:
        bounds["ge"] = low
    if not bounds.keys() & {"le", "lt"}:
        bounds["le"] = high
    return msgspec.Meta(**bounds)


def _times(columns: list[Column]) -> dict[str, Any]:
    """Return the namespace that keeps datetimes in UTC and in their bounds, empty without any."""
    limits = [
        (column.name, [(check.name, _limit(check.args)) for check in column.checks])
        for column in columns
    ]

    def __post_init__(self: msgspec.Struct) -> None:  # noqa: N807 - msgspec's hook
        for name, bounds in limits:
            value = getattr(self, name)
            if value is not None:
                msgspec.structs.force_setattr(self, name, _within(name, value, bounds))

    return {"__post_init__": __post_init__} if limits else {}


def _limit(args: dict[str, Any]) -> datetime:
    (bound,) = args.values()
    return datetime.fromisoformat(bound).astimezone(UTC)


def _within(name: str, value: datetime, bounds: list[tuple[str, datetime]]) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise ValueError(
            f"Expected a `datetime` in UTC's years 1 to 9999 - at `$.{name}`"
        ) from None
    for check, bound in bounds:
        if not TIMES[check](moment, bound):
            raise ValueError(f"Expected a `datetime` {check} {bound.isoformat()} - at `$.{name}`")
    return moment
