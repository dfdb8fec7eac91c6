"""Checks that a selector shares the traffic of the arms, before a manifest with it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from contracts.errors import ConfigError, ConflictError, StateError, UnknownNameError
from contracts.name import RULE, Name
from production.assembly.serving import stated_selector
from production.selectors.draw import distribution
from production.selectors.port import CHAMPION, Split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from production.selectors.port import Choice
    from production.serving.manifest import Manifest

#: How many levels the options of a selector may have: selectors of selectors, each with its arms.
DEEPEST = 10


def check_selector(selector: Mapping[str, Any], choice: Choice) -> None:
    """Check that a selector shares the traffic among a manifest's arms, without any metrics yet.

    Args:
        selector: Its name, ``_target_`` and options, as a configuration has them.
        choice: What it chooses among.

    Raises:
        ConfigError: It has no name, is not declared as a selector, does not take its options, or
            fails.
        UnknownNameError: There is no such arm.
    """
    try:
        name = msgspec.convert(selector.get("name"), Name)
    except msgspec.ValidationError as error:
        raise ConfigError(f"selector.name: {error}", hint=RULE) from error
    if _depth(selector) > DEEPEST:
        raise ConfigError(f"selector: expected options of at most {DEEPEST} levels")
    try:
        _check_split(selector, choice)
    except (ConfigError, UnknownNameError):
        raise
    except Exception as error:  # of a product's own selector it may be any
        raise ConfigError(
            f"the selector {name} fails on the arms {', '.join(choice.arms)}: "
            f"{type(error).__name__}: {error}"
        ) from error


def check_without(arm: str, manifest: Manifest) -> None:
    """Check that a manifest's selector shares the traffic without an arm.

    Raises:
        ConflictError: It does not.
    """
    left = {name: each for name, each in manifest.arms.items() if name != arm}
    if CHAMPION not in left or not manifest.component:
        return
    selector = {"name": manifest.selector, **manifest.component}
    try:
        check_selector(selector, replace(manifest.choice(), arms=left))
    except (ConfigError, StateError) as error:
        raise ConflictError(
            f"the selector {manifest.selector} cannot do without {arm}: {error.message}",
            hint="choose another one first: task=select selector=champion, say",
        ) from error


def _check_split(selector: Mapping[str, Any], choice: Choice) -> None:
    component = {key: value for key, value in selector.items() if key != "name"}
    split = stated_selector(component)(choice, None)
    distribution(split, choice)
    for shares in split.segments.values():
        distribution(Split(shares=shares), choice)


def _depth(value: Any) -> int:
    """Return how many levels of mappings and lists a value has.

    >>> _depth({"a": [1, {"b": 2}]}), _depth(1)
    (3, 0)
    """
    depth, level = 0, [value]
    while level := [part for each in level for part in _parts(each)]:
        depth += 1
    return depth


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values() or (None,)
    return (value or (None,)) if isinstance(value, list) else ()
