"""A contract's input schema compiled for one record off the wire: decode is validate.

This module and what it imports know neither pandas nor pandera: the serving process stays small.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import msgspec

from contracts.errors import DataError, did_you_mean
from contracts.schema.after import hook
from contracts.schema.checks.condition import limits
from contracts.schema.checks.registry import stated
from contracts.schema.pattern import quick, written
from contracts.schema.values import ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

#: Kinds whose values stand in quotes.
TEXTS = frozenset({"str", "category", "datetime"})
UNKNOWN = re.compile(r"unknown field `(.*)`")
#: How many characters of an error are told: whoever sends a record chooses how long it is.
SHOWN = 400
#: Limits that msgspec checks itself while it decodes; the others follow on the decoded record.
NATIVE = {"ge", "gt", "le", "lt", "values", "min_length", "max_length", "pattern"}


def record_type(columns: Columns) -> type[msgspec.Struct]:
    """Return the type of one record: frozen, a required field per column, in their order.

    A field is named as its column is, both in JSON and, if Python can name it so, as attribute.
    Null must be said: a record without the key of a nullable column is refused, as a frame
    without the column is. A datetime is kept in UTC, whatever offset it came with.
    """
    attributes = _attributes(columns.names)
    return msgspec.defstruct(
        "Record",
        [(attributes[column.name], _annotation(column)) for column in columns],
        rename={attribute: name for name, attribute in attributes.items()},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
        namespace=hook(columns, attributes, [_left(column) for column in columns]),
    )


def unnamed(columns: Columns) -> list[str]:
    """Return the names of columns whose values a record holds under another: Python takes none."""
    attributes = _attributes(columns.names)
    return [name for name, attribute in attributes.items() if attribute != name]


class RecordDecoder:
    """Decodes JSON to a record or refuses it: the request path's validation.

    Args:
        columns: The contract's input columns, with the checks between them.

    Attributes:
        type: The compiled type of what `decode` returns.
    """

    def __init__(self, columns: Columns) -> None:
        self.type = record_type(columns)
        self._names = columns.names
        texts = [column for column in columns if column.kind in TEXTS]
        attributes = _attributes(self._names)
        self._quotes = 2 * (len(columns) + len(texts))
        self._nullable = [attributes[column.name] for column in texts if column.nullable]
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
        # All fields are there, each name and each text in its two quotes: only more quotes than
        # these, or escapes, can hide a field said twice.
        quotes = self._quotes
        for attribute in self._nullable:
            if getattr(record, attribute) is None:
                quotes -= 2
        if data.count(b'"') != quotes or b"\\" in data:
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
        said = _short(str(error))
        unknown = UNKNOWN.search(said)
        guess = did_you_mean(unknown.group(1), self._names) if unknown else ""
        return DataError(f"no record of the contract: {said}{guess}")


def _attributes(names: Sequence[str]) -> dict[str, str]:
    """Return by name what an attribute is called: a label that is a column may be any text."""
    longer = "x" * max(map(len, names))
    return {
        name: name if name.isidentifier() and not name.startswith("__") else f"{longer}_{index}"
        for index, name in enumerate(names)
    }


def _short(text: str) -> str:
    """Return a text with its middle left out: msgspec repeats a name or a value of any length."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]}…{text[-SHOWN // 2 :]}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name in found if sum(name == each for each, _ in pairs) > 1)
        raise DataError(f"no record of the contract: the field {twice!r} is said twice")
    return found


def _native(column: Column, condition: Any) -> bool:
    """Return whether msgspec makes a check.

    It knows no bounds of instants, nor of booleans, and matches every pattern with ``re``.
    """
    own = stated(condition, column.kind)
    if own is None or not own.keys() <= NATIVE or column.kind in {"bool", "datetime"}:
        return False
    return "pattern" not in own or quick(written(own["pattern"]))


def _left(column: Column) -> list[Check]:
    """Return the checks of a column that are left for after the decoding."""
    return [check for check in column.checks if not _native(column, check.condition)]


def _annotation(column: Column) -> Any:
    native = [each for each in column.conditions if _native(column, each)]
    plain = ANNOTATIONS[column.kind](limits(native, column.kind))
    return Optional[plain] if column.nullable else plain  # noqa: UP045 - an expression, at run time


def _int(found: dict[str, Any]) -> Any:
    return _set(found) if "values" in found else Annotated[int, _bounds("int", found)]


def _float(found: dict[str, Any]) -> Any:
    # The widest bounds refuse infinities and, as no comparison with it holds, NaN.
    exact = {name: float(bound) for name, bound in found.items()}
    return Annotated[float, _bounds("float", exact)]


def _str(found: dict[str, Any]) -> Any:
    return _set(found) if "values" in found else Annotated[str, msgspec.Meta(**found)]


def _set(found: dict[str, Any]) -> Any:
    return Literal[found["values"]]


def _bounds(kind: str, found: dict[str, Any]) -> msgspec.Meta:
    low = {} if found.keys() & {"ge", "gt"} else {"ge": ORDERS[kind].low}
    high = {} if found.keys() & {"le", "lt"} else {"le": ORDERS[kind].high}
    return msgspec.Meta(**found, **low, **high)


ANNOTATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "int": _int,
    "float": _float,
    "bool": lambda _: bool,
    "str": _str,
    "datetime": lambda _: Annotated[datetime, msgspec.Meta(tz=True)],
    "category": _set,
}
