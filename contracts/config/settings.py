"""Turns a composed configuration into a typed value; unknown keys are refused with the near match.

This is where `+key=value` ends: Hydra accepts it even on structured configs.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar, get_args

import msgspec
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from contracts.config.instantiate import TARGET, check
from contracts.errors import ConfigError, near

T = TypeVar("T", bound=msgspec.Struct)

#: A node with ``_target_`` (and its arguments): what the guard turns into an object.
Component = dict[str, Any]

UNKNOWN = re.compile(r"unknown field `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
PLACE = re.compile(r" - at `\$\.?([^`]*)`")


def settings(composed: DictConfig, kind: type[T], *, added: tuple[str, ...] = ()) -> T:
    """Return the composed configuration as a value of ``kind``.

    Args:
        composed: What `compose` returned.
        kind: A struct that forbids unknown fields, all the way down.
        added: Dotted keys that were added with ``+``: components that hold one are checked against
            what their target takes.

    Raises:
        ConfigError: A key that ``kind`` does not have, or a value of the wrong type.
    """
    try:
        plain = OmegaConf.to_container(composed, resolve=True)
    except OmegaConfBaseException as error:
        raise ConfigError(f"cannot resolve: {str(error).splitlines()[0]}") from error
    try:
        typed = msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), kind) from error
    for key in added:
        _check_component(plain, key)
    return typed


def _check_component(plain: Any, key: str) -> None:
    """Check the innermost component around an added key."""
    holder, node = None, plain
    for part in key.split("."):
        if isinstance(node, dict) and TARGET in node:
            holder = node
        node = node.get(part) if isinstance(node, dict) else None
    if holder is not None:
        check(holder)


def _refusal(text: str, kind: type[msgspec.Struct]) -> ConfigError:
    unknown = UNKNOWN.search(text)
    if unknown is None:
        place = PLACE.search(text)
        return ConfigError(f"{place.group(1) if place else 'config'}: {PLACE.sub('', text)}")
    field, place_of = unknown.group(1), unknown.group(2) or ""
    valid = _fields(kind, place_of)
    name = f"{place_of}.{field}" if place_of else field
    return ConfigError(f"{name}: no such key{near(field, valid)}", hint=f"keys: {', '.join(valid)}")


def _fields(kind: type[msgspec.Struct], place: str) -> list[str]:
    """Return the fields of the struct found at a dotted place."""
    found: Any = kind
    for part in filter(None, place.split(".")):
        hint = next(f.type for f in msgspec.structs.fields(found) if f.encode_name == part)
        options = [hint, *get_args(hint)]
        found = next(o for o in options if isinstance(o, type) and issubclass(o, msgspec.Struct))
    return [field.encode_name for field in msgspec.structs.fields(found)]
