"""Checks the arguments of a component against the types that its target states for them.

Only plain types are checked, as YAML gives them: numbers, text, lists and dictionaries of them. A
target says more with `typing.Annotated` and `msgspec.Meta`, as `contracts.moment.Duration` does.
"""

from __future__ import annotations

import inspect
import re
import sys
from types import NoneType, SimpleNamespace, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PLAIN = {int, float, str, bool, NoneType, Any}
#: How msgspec's messages name the pattern of a text, which the text's description says in words.
REGEX = re.compile(r"`str` matching regex '.*'")
CONTAINERS = {Union, UnionType, list, dict, tuple}


def check_arguments(target: Callable[..., Any], arguments: Mapping[str, Any], *, key: str) -> None:
    """Refuse an argument of another type than its target states, and one that is not a number.

    Args:
        target: A class or function.
        arguments: What it would be called with.
        key: The dotted key of the component, for messages.

    Raises:
        ConfigError: An argument is of another type.
    """
    for name, value in arguments.items():
        if isinstance(value, float) and value != value:  # noqa: PLR0124 - only nan is not itself
            raise ConfigError(f"{key}.{name}: expected a number, got nan")
        hint = _hint(target, name)
        if not _is_plain(hint):
            continue
        try:
            msgspec.convert(value, hint)
        except msgspec.ValidationError as error:
            text = REGEX.sub("another text", str(error))
            raise ConfigError(f"{key}.{name}: {text}: {value!r}", hint=description(hint)) from error


def description(hint: Any) -> str:
    """Return in words what fits a type, where its annotation describes it."""
    every = [*alternatives(hint)]
    for each in every:
        if isinstance(each, msgspec.Meta) and each.description:
            return each.description
    return "true or false" if bool in every and str not in every else ""


def alternatives(hint: Any) -> Iterator[Any]:
    """Yield a type and those it is made of."""
    yield hint
    for each in get_args(hint):
        yield from alternatives(each)


def _hint(target: Callable[..., Any], name: str) -> Any:
    """Return the type that a target states for an argument; None where it cannot be read.

    A name that is imported for type checkers alone cannot.
    """
    function = target.__init__ if inspect.isclass(target) else target
    annotation = getattr(function, "__annotations__", {}).get(name)
    module = sys.modules.get(getattr(function, "__module__", ""))
    try:
        hints = get_type_hints(
            SimpleNamespace(__annotations__={name: annotation}),
            globalns=vars(module) if module else {},
            include_extras=True,
        )
    except (NameError, TypeError, AttributeError, SyntaxError):
        return None
    return hints[name] if annotation is not None else None


def _is_plain(hint: Any) -> bool:
    origin = get_origin(hint)
    if origin is Annotated:
        return _is_plain(get_args(hint)[0])
    if origin is Literal:
        return True
    if origin in CONTAINERS:
        return all(_is_plain(each) for each in get_args(hint) if each is not Ellipsis)
    return hint in PLAIN and hint is not None
