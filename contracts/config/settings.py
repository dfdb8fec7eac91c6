"""Turns a composed configuration into a typed value; unknown keys are refused with the near match.

This is where `+key=value` ends: Hydra accepts it even on structured configs.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from contracts.config.instantiate import TARGET, check
from contracts.config.typed import typed
from contracts.errors import ConfigError

T = TypeVar("T", bound=msgspec.Struct)

#: A node with ``_target_`` (and its arguments): what the guard turns into an object.
Component = dict[str, Any]


class Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A struct that refuses fields it does not know: the root of every settings struct."""


class Task(Closed, frozen=True, kw_only=True):
    """The task asked for, its entry point, the function that answers it, and its own options."""

    name: str
    package: str
    answer: str
    options: dict[str, Any] = {}


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
    found = typed(plain, kind)
    for key in added:
        _check_component(plain, key)
    return found


def options(task: Task, kind: type[T]) -> T:
    """Return a task's own options as a value of ``kind``: what was a word is no truth value.

    Raises:
        ConfigError: An option that ``kind`` does not have, or a value of the wrong type.
    """
    return typed(task.options, kind, at="task.options")


def _check_component(plain: Any, key: str) -> None:
    """Check the innermost component around an added key."""
    holder, node = None, plain
    for part in key.split("."):
        if isinstance(node, dict) and TARGET in node:
            holder = node
        node = node.get(part) if isinstance(node, dict) else None
    if holder is not None:
        check(holder)
