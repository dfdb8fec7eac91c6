"""Turns a composed configuration into typed values; a wrong key or value is named with its fix.

Unknown keys added with `+key=value`, which Hydra accepts even on structured configs, are refused
here.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar, get_type_hints

import msgspec
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from contracts.config.arguments import alternatives, misfit
from contracts.config.instantiate import TARGET, check_keys
from contracts.errors import ConfigError, did_you_mean

T = TypeVar("T", bound=msgspec.Struct)

#: A node with ``_target_`` and its arguments: what `instantiate` turns into an object.
Component = dict[str, Any]
#: Where msgspec's messages name a field and the place of an error.
UNKNOWN = re.compile(r"unknown field `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
PLACE = re.compile(r" - at `\$\.?([^`]*)`")
INDEX = re.compile(r"\[(\d+)\]")


class Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A struct that refuses fields it does not know: the root of every settings struct."""


class Task(Closed, frozen=True, kw_only=True):
    """A task: its entry point's package, the function that answers it, and its own options.

    Attributes:
        name: Its name.
        package: The entry point's.
        answer: The function.
        options: The task's own.
        beside: Whether several of it may run at once: they share no state but what they read.
    """

    name: str
    package: str
    answer: str
    beside: bool = False
    options: dict[str, Any] = {}


def settings(composed: DictConfig, kind: type[T], *, added: tuple[str, ...] = ()) -> T:
    """Return the composed configuration as a value of ``kind``.

    Args:
        composed: What `compose` returned.
        kind: A struct that forbids unknown fields, all the way down.
        added: Dotted keys that were added with ``+``: the component around each one is checked
            against the keys its target takes.

    Raises:
        ConfigError: A key that ``kind`` does not have, or a value of the wrong type.
    """
    try:
        plain = OmegaConf.to_container(composed, resolve=True)
    except OmegaConfBaseException as error:
        raise ConfigError(f"cannot resolve: {str(error).splitlines()[0]}") from error
    converted = _convert(plain, kind)
    for key in added:
        _check_component(plain, key)
    return converted


def task_of(composed: DictConfig) -> Task:
    """Return the task that a composed configuration names.

    Raises:
        ConfigError: It names none, or one without what a task has.
    """
    plain: Any = OmegaConf.to_container(composed, resolve=True)
    return _convert(plain.get("task"), Task, at="task")


def options(task: Task, kind: type[T]) -> T:
    """Return a task's own options as a value of ``kind``; a string is never coerced to a bool.

    Raises:
        ConfigError: An option that ``kind`` does not have, or a value of the wrong type.
    """
    return _convert(task.options, kind, at="task.options")


def _check_component(plain: Any, key: str) -> None:
    """Check the innermost component around an added key."""
    place, component, node, parts = "", None, plain, key.split(".")
    for depth, part in enumerate(parts):
        if isinstance(node, dict) and TARGET in node:
            place, component = ".".join(parts[:depth]), node
        node = node.get(part) if isinstance(node, dict) else None
    if component is not None:
        check_keys(component, place)


def _convert(plain: Any, kind: type[T], *, at: str = "") -> T:
    """Return plain values as a value of ``kind``; ``at`` is the dotted key of their place."""
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        if match := UNKNOWN.search(str(error)):
            raise _unknown_field(match[1], _keys(match[2] or ""), kind, at) from error
        raise _wrong_type(str(error), kind, plain, at) from error


def _unknown_field(field: str, place: str, kind: type[msgspec.Struct], at: str) -> ConfigError:
    struct = next(each for each in alternatives(_type_at(kind, place)) if _is_struct(each))
    valid = [each.encode_name for each in msgspec.structs.fields(struct)]
    return ConfigError(
        f"{_dotted(at, place, field)}: no such key{did_you_mean(field, valid)}",
        hint=f"keys: {', '.join(valid)}",
    )


def _wrong_type(text: str, kind: type[msgspec.Struct], plain: Any, at: str) -> ConfigError:
    match = PLACE.search(text)
    place = _keys(match[1]) if match else ""
    try:
        expected, value = _type_at(kind, place), _value_at(plain, place)
    except LookupError:  # inside a dictionary of any keys
        expected = value = None
    shown = repr(value) if isinstance(value, str | int | float) else ""
    return misfit(_dotted(at, place) or "config", PLACE.sub("", text), expected, shown=shown)


def _keys(place: str) -> str:
    """Return a place as dotted keys, as Hydra takes them: ``metrics.0`` for ``metrics[0]``."""
    return INDEX.sub(r".\1", place)


def _dotted(*parts: str) -> str:
    return ".".join(filter(None, parts))


def _value_at(plain: Any, place: str) -> Any:
    """Return the value at a dotted place.

    Raises:
        LookupError: The place does not consist of keys alone.
    """
    for part in filter(None, place.split(".")):
        plain = plain[int(part) if isinstance(plain, list) else part]
    return plain


def _type_at(kind: Any, place: str) -> Any:
    """Return the type that is expected at a dotted place.

    Raises:
        LookupError: The place does not consist of fields and list indices alone.
    """
    for part in filter(None, place.split(".")):
        if part.isdigit():
            continue  # of a list: `_alternatives` yields the type of its items
        struct = next((each for each in alternatives(kind) if _is_struct(each)), None)
        if struct is None:
            raise LookupError(place)
        kind = get_type_hints(struct, include_extras=True)[part]
    return kind


def _is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)
