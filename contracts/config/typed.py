"""Turns plain values into typed ones: what does not fit is named by its key, with what would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

import msgspec

from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T", bound=msgspec.Struct)

UNKNOWN = re.compile(r"unknown field `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
PLACE = re.compile(r" - at `\$\.?([^`]*)`")
INDEX = re.compile(r"\[(\d+)\]")


def typed(plain: Any, kind: type[T], *, at: str = "") -> T:
    """Return plain values as a value of ``kind``.

    Args:
        plain: Dictionaries, lists and scalars.
        kind: A struct that forbids unknown fields, all the way down.
        at: The dotted key under which they stand.

    Raises:
        ConfigError: A key that ``kind`` does not have, or a value of the wrong type.
    """
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), kind, plain, at) from error


def _refusal(text: str, kind: type[msgspec.Struct], plain: Any, at: str) -> ConfigError:
    unknown = UNKNOWN.search(text)
    if unknown is None:
        return _mistyped(text, kind, plain, at)
    field, place = unknown.group(1), _keys(unknown.group(2) or "")
    holder = next(each for each in _alternatives(_type(kind, place)) if _struct(each))
    valid = [each.encode_name for each in msgspec.structs.fields(holder)]
    hint = f"keys: {', '.join(valid)}"
    return ConfigError(
        f"{_dotted(at, place, field)}: no such key{did_you_mean(field, valid)}", hint=hint
    )


def _mistyped(text: str, kind: type[msgspec.Struct], plain: Any, at: str) -> ConfigError:
    found = PLACE.search(text)
    place = _keys(found.group(1)) if found else ""
    try:
        wanted, value = _type(kind, place), _value(plain, place)
    except LookupError:  # inside a dictionary of any keys
        wanted = value = None
    came = f": {value!r}" if isinstance(value, str | int | float) else ""
    return ConfigError(
        f"{_dotted(at, place) or 'config'}: {PLACE.sub('', text)}{came}", hint=_form(wanted)
    )


def _keys(place: str) -> str:
    """Return a place as dotted keys, as Hydra takes them: ``metrics.0`` for ``metrics[0]``."""
    return INDEX.sub(r".\1", place)


def _dotted(*parts: str) -> str:
    return ".".join(filter(None, parts))


def _value(plain: Any, place: str) -> Any:
    """Return the value at a dotted place.

    Raises:
        LookupError: The place is not made of keys alone.
    """
    for part in filter(None, place.split(".")):
        plain = plain[int(part) if isinstance(plain, list) else part]
    return plain


def _type(kind: Any, place: str) -> Any:
    """Return the type that is wanted at a dotted place.

    Raises:
        LookupError: The place is not made of fields and list indices alone.
    """
    for part in filter(None, place.split(".")):
        if part.isdigit():
            continue  # of a list: `_alternatives` yields what its items are
        holder = next((each for each in _alternatives(kind) if _struct(each)), None)
        if holder is None:
            raise LookupError(place)
        kind = get_type_hints(holder, include_extras=True)[part]
    return kind


def _alternatives(hint: Any) -> Iterator[Any]:
    """Yield a type and those it is made of."""
    yield hint
    for each in get_args(hint):
        yield from _alternatives(each)


def _struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _form(hint: Any) -> str:
    """Return what would fit a type, where it says so in words."""
    for each in _alternatives(hint):
        if isinstance(each, msgspec.Meta) and each.description:
            return each.description
        if each is bool:
            return "true or false"
    return ""
