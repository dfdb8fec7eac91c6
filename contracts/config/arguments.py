"""Checks the arguments of a component against the types that its target states for them.

Only plain types are checked, as YAML gives them: numbers, text, lists and dictionaries of them. A
target says more with `typing.Annotated` and `msgspec.Meta`, as `contracts.moment.Duration` does.
"""

from __future__ import annotations

import inspect
import re
import sys
from contextlib import suppress
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

from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PLAIN = {int, float, str, bool, NoneType, Any}
#: How msgspec's messages name the pattern of a text, which the text's description says in words.
REGEX = re.compile(r"`str` matching regex '.*'")
#: How they name what was expected, and a value that is none of those that a type lists.
EXPECTED, UNLISTED = re.compile(r"Expected `([^`]+)`"), "Invalid enum value"
#: What to give where one of these is expected.
WORDS = {
    "array": "give a list: '[first, second]'",
    "bool": "true or false",
    "float": "give a number",
    "int": "give a whole number",
    "object": "give keys with their values: '{key: value}'",
    "str": "give a text: a number becomes one in quotes, '\"3\"'",
}
#: Of these the first that fits a type is its example.
EXAMPLES = (0.5, 1, 10, 1000)
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
            raise misfit(f"{key}.{name}", str(error), hint, shown=repr(value)) from error


def misfit(key: str, text: str, hint: Any, *, shown: str) -> ConfigError:
    """Return the error of a value that does not fit a type, with what would.

    Args:
        key: The value's dotted key.
        text: What msgspec says of it.
        hint: The type.
        shown: The value as it is shown; nothing where it is not.
    """
    listed = [
        str(value)
        for each in alternatives(hint)
        if get_origin(each) is Literal
        for value in get_args(each)
    ]
    value = f": {shown}" if shown else ""
    if listed and text.startswith(UNLISTED):
        near = did_you_mean(shown.strip("'"), listed)
        return ConfigError(
            f"{key}: no such value{value}{near}", hint=f"values: {', '.join(listed)}"
        )
    text = REGEX.sub("another text", text)
    fits = f"values: {', '.join(listed)}" if listed else _description(hint, text)
    return ConfigError(f"{key}: {text}{value}", hint=fits)


def _description(hint: Any, text: str) -> str:
    """Return in words what fits a type: as its annotation describes it, or as msgspec names it."""
    for each in alternatives(hint):
        if isinstance(each, msgspec.Meta) and each.description:
            return each.description
    match = EXPECTED.search(text)
    named = {*match[1].split(" | ")} - {"null"} if match else set()
    words = WORDS.get(named.pop(), "") if len(named) == 1 else ""
    example = _example(hint) if words.endswith("number") else ""
    return f"{words}, such as {example}" if example else words


def _example(hint: Any) -> str:
    """Return a number that fits a type, as text; nothing where none of ours does."""
    for example in EXAMPLES:
        with suppress(msgspec.ValidationError):
            return str(msgspec.convert(example, hint))
    return ""


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
