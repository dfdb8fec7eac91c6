"""A contract's input schema compiled for one record off the wire: decoding validates.

This module and what it imports know neither pandas nor pandera: the serving process stays small.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from keyword import iskeyword
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional
from unicodedata import normalize

import msgspec

from contracts.errors import DataError, did_you_mean
from contracts.schema.checks.condition import limits
from contracts.schema.checks.registry import stated
from contracts.schema.decoded import hook
from contracts.schema.pattern import quick
from contracts.schema.values import ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.schema.columns import Column, Columns

#: Looked for as a number: several times faster than as bytes.
BACKSLASH = ord("\\")
#: Kinds whose values stand in quotes.
TEXTS = frozenset({"str", "category", "datetime"})
UNKNOWN = re.compile(r"unknown field `(.*)`")
NOT_IN_SET = re.compile(r"Invalid enum value .* - at `\$\.(.*)`", re.DOTALL)
OUT_OF_BOUNDS = re.compile(r"Expected (?!.*, got ).* - at `\$\.(.*)`", re.DOTALL)
#: How many values of a closed set a hint lists.
LISTED = 20
#: How many characters of an error are shown: whoever sends a record chooses how long it is.
SHOWN = 400
#: Limits that msgspec checks itself while it decodes; the others follow on the decoded record.
NATIVE = {"ge", "gt", "le", "lt", "values", "min_length", "max_length", "pattern"}


def record_type(columns: Columns) -> type[msgspec.Struct]:
    """Return the type of one record: frozen, a required field per column, in their order.

    A field is named as its column is, both in JSON and, if Python can name it so, as attribute.
    Null must be stated: a record without the key of a nullable column is refused, as a frame
    without the column is. A datetime is in UTC, whatever offset it came with.
    """
    attributes = _attributes(columns.names)
    remaining = {
        column.name: [each for each in column.checks if not _native(column, each.condition)]
        for column in columns
    }
    return msgspec.defstruct(
        "Record",
        [(attributes[column.name], _annotation(column)) for column in columns],
        rename={attribute: name for name, attribute in attributes.items()},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
        namespace=hook(columns, attributes, remaining),
    )


def value_type(column: Column) -> Any:
    """Return the type of a column's values in a record; None where it does not say everything.

    Then checks that msgspec cannot make follow on the decoded record, or the value is changed.
    """
    native = all(_native(column, condition) for condition in column.conditions)
    return _annotation(column) if native and column.kind != "datetime" else None


def unnamed(columns: Columns) -> list[str]:
    """Return the names of columns that Python does not take for an attribute of a record."""
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
        self._names, self._columns = columns.names, columns.by_name
        texts = [column for column in columns if column.kind in TEXTS]
        attributes = _attributes(self._names)
        self._quotes = 2 * (len(columns) + len(texts))
        self._nullable = [attributes[column.name] for column in texts if column.nullable]
        self._decode = msgspec.json.Decoder(self.type).decode

    def decode(self, data: bytes) -> Any:
        """Return the record of a JSON object.

        Raises:
            DataError: It is not a record of the contract: malformed, out of type, range or set; a
                field unknown, missing or given twice.
        """
        record = self.parse(data)
        if data.count(b'"') != self.quotes(record) or BACKSLASH in data:
            require_distinct_fields(data)
        return record

    def parse(self, data: bytes | msgspec.Raw) -> Any:
        """Return the record of a JSON object, in which a field may be given twice.

        Raises:
            DataError: It is not a record of the contract.
        """
        try:
            return self._decode(data)
        except msgspec.ValidationError as error:
            raise self._refusal(error, _value_at(error, data)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._refusal(error) from error

    def quotes(self, record: Any) -> int:
        """Return how many quotes a record's JSON has: only more, or escapes, hide a field.

        All fields are there, each name and each text in its two quotes.
        """
        count = self._quotes
        for attribute in self._nullable:
            if getattr(record, attribute) is None:
                count -= 2
        return count

    def convert(self, row: Mapping[str, Any]) -> Any:
        """Return the record of a row that is already in Python's types.

        Raises:
            DataError: It is not a record of the contract.
        """
        try:
            return msgspec.convert(row, self.type)
        except msgspec.ValidationError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception, came: str = "") -> DataError:
        reason = _short(str(error).replace(" - at `$", f"{came} - at `$"))
        unknown = UNKNOWN.search(reason)
        guess = did_you_mean(unknown.group(1), self._names) if unknown else ""
        place = NOT_IN_SET.search(reason)
        column = self._columns.get(place.group(1)) if place else None
        hint = f"one of {', '.join(map(repr, column.values[:LISTED]))}" if column else ""
        return DataError(f"not a record of the contract: {reason}{guess}", hint=hint)


def _value_at(error: msgspec.ValidationError, data: bytes | msgspec.Raw) -> str:
    """Return what came instead of a value within bounds, which msgspec's message leaves out."""
    place = OUT_OF_BOUNDS.fullmatch(str(error))
    if place is None:
        return ""
    try:
        value = msgspec.json.decode(data)[place[1]]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        return ""
    return f", got {_short(msgspec.json.encode(value).decode())}"


def require_distinct_fields(data: bytes) -> None:
    """Refuse JSON in which an object has a field twice: readers disagree on which one counts.

    Raises:
        DataError: A field is given twice.
    """
    json.loads(data, object_pairs_hook=_require_distinct)


def _attributes(names: Sequence[str]) -> dict[str, str]:
    """Return the attribute for each name: a column named by a label may be called anything."""
    longer = "x" * max(map(len, names))
    return {
        name: name if _is_attribute(name) else f"{longer}_{index}"
        for index, name in enumerate(names)
    }


def _is_attribute(name: str) -> bool:
    """Return whether ``record.<name>`` in a program reads the field of that name.

    Python reads a name in its normal form, NFKC: for ``ﬁ`` it looks up ``fi``.
    """
    plain = name.isidentifier() and not iskeyword(name) and not name.startswith("__")
    return plain and normalize("NFKC", name) == name


def _short(text: str) -> str:
    """Return a text with its middle left out: msgspec repeats a name or a value of any length."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]}…{text[-SHOWN // 2 :]}"


def _require_distinct(pairs: list[tuple[str, Any]]) -> None:
    """Refuse a JSON object that has a field twice."""
    names = [name for name, _ in pairs]
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise DataError(f"not a record of the contract: the field {twice!r} is given twice")


def _native(column: Column, condition: Any) -> bool:
    """Return whether msgspec makes a check.

    It knows no bounds of instants, nor of booleans, and matches every pattern with ``re``.
    """
    own = stated(condition, column.kind)
    if own is None or not own.keys() <= NATIVE or column.kind in {"bool", "datetime"}:
        return False
    return "pattern" not in own or quick(condition.pattern)


def _annotation(column: Column) -> Any:
    native = [each for each in column.conditions if _native(column, each)]
    plain = _type(column.kind, limits(native, column.kind))
    return Optional[plain] if column.nullable else plain  # noqa: UP045 - an expression, at run time


def _type(kind: str, native: dict[str, Any]) -> Any:
    """Return the type of a kind's values within limits that msgspec checks."""
    if "values" in native:
        return Literal[native["values"]]
    if kind == "bool":
        return bool
    if kind == "datetime":
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if kind == "str":
        return Annotated[str, msgspec.Meta(**native)]
    # The widest bounds of a float refuse infinities and, as no comparison with it holds, NaN.
    order = ORDERS[kind]
    bounds = {name: order.read(bound) for name, bound in native.items()}
    bounds |= {} if native.keys() & {"ge", "gt"} else {"ge": order.low}
    bounds |= {} if native.keys() & {"le", "lt"} else {"le": order.high}
    return Annotated[int if kind == "int" else float, msgspec.Meta(**bounds)]
