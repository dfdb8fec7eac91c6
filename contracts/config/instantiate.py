"""The only place where a name in a configuration becomes an object.

Code decides what a name may lead to, not configuration: `contracts.config.components` lists what is
declared, and for which port.
"""

from __future__ import annotations

import inspect
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig, OmegaConf

from contracts.config.arguments import check_arguments
from contracts.config.components import CONF, component, installed
from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TARGET, PARTIAL, NAME = "_target_", "_partial_", "name"
#: Keys that any number of components of one port stand under, in a list or each by a name.
SEVERAL = {"triggers": "trigger"}
#: The place of a component in a list, in a dotted key.
PLACE = re.compile(r"\[\d+\]")


def locate(path: str, port: str, *, key: str = "") -> Any:
    """Return the object at a dotted path, imported if it is declared for a port.

    Args:
        path: Its module and its name there, separated by a dot.
        port: The port that it must be declared for.
        key: The dotted key that names it, for messages; the port unless given.

    Raises:
        ConfigError: It is not declared for this port, or not there.
    """
    key = key or port
    if not installed(path):
        package = path.partition(".")[0]
        raise ConfigError(
            f"{key}: {path}: there is no package {package!r} here", hint="install it"
        ) from ModuleNotFoundError(f"No module named {package!r}", name=package)
    point = component(path, port, key=key)
    try:
        return point.load()
    except ModuleNotFoundError as error:
        if error.name and not point.module.startswith(error.name):
            raise
        raise ConfigError(f"{key}: {path}: there is no module {point.module!r}") from error
    except AttributeError as error:
        raise ConfigError(f"{key}: {path} cannot be loaded: {error}") from error


def instantiate(node: Any, key: str, /, **extra: Any) -> Any:
    """Return the object a node with ``_target_`` describes; nodes inside it first.

    With ``_partial_: true`` the result is a plain `functools.partial`, cheap to call. The ``name``
    of a group's option is the option's, and passed on only to a target that takes one.

    Args:
        node: A component of a composed configuration.
        key: The dotted key that it stands under, for messages. Its last part is the port that the
            target must be declared for, or what `SEVERAL` says of that part: so for a node inside.
        extra: Arguments that only the caller knows, for it and for nodes of its port inside it; one
            that a target does not take is left out.

    Raises:
        ConfigError: A target is not declared for its port, does not take a key of its node, or
            lacks one.
    """
    plain = OmegaConf.to_container(node, resolve=True) if isinstance(node, DictConfig) else node
    return _build(plain, key, extra, option=_is_group(key))


def check_keys(node: Mapping[str, Any], key: str) -> None:
    """Refuse keys that the node's target does not take, without calling it.

    Args:
        node: A component.
        key: The dotted key that it stands under.

    Raises:
        ConfigError: The target is not declared for its port, or does not take a key of the node.
    """
    path = _target(node, key)
    target = locate(path, _port(key), key=f"{key}.{TARGET}")
    _refuse_unknown(target, path, key, _arguments(target, node, option=_is_group(key)))


def check_components(plain: Any, key: str = "") -> None:
    """Refuse what is not declared for the key it stands under; nothing is imported.

    What is not installed is not refused here: it cannot be imported either.

    Args:
        plain: A configuration, resolved.
        key: The dotted key that it stands under.

    Raises:
        ConfigError: A target that is not declared for its key.
    """
    if isinstance(plain, dict) and TARGET in plain:
        path = _target(plain, key)
        if installed(path):
            component(path, _port(key), key=f"{key}.{TARGET}")
    for name, value in _items(plain):
        check_components(value, f"{key}.{name}".strip("."))


def _build(node: Any, key: str, extra: Mapping[str, Any], *, option: bool = False) -> Any:
    path = _target(node, key)
    target = locate(path, _port(key), key=f"{key}.{TARGET}")
    own = _arguments(target, node, option=option)
    _refuse_unknown(target, path, key, own)
    given = {_port(key): extra}
    arguments = {name: _nested(value, f"{key}.{name}", given) for name, value in own.items()}
    check_arguments(target, arguments, key=key)
    arguments |= _taken(target, key, own, extra)
    if node.get(PARTIAL):
        return partial(target, **arguments)
    _refuse_missing(target, path, key, arguments)
    return target(**arguments)


def _nested(value: Any, key: str, given: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return an argument, with every component in it as an object.

    Args:
        value: The argument.
        key: The dotted key that it stands under.
        given: The caller's arguments, by the port of the components that get them.
    """
    if isinstance(value, dict):
        if TARGET in value:
            port = _port(key)
            return _build(value, key, given.get(port, {}), option=_is_group(key))
        return {name: _nested(each, f"{key}.{name}", given) for name, each in value.items()}
    if isinstance(value, list):
        return [_nested(each, f"{key}[{at}]", given) for at, each in enumerate(value)]
    return value


def _items(plain: Any) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a mapping, and those of a list without a name of their own."""
    if isinstance(plain, dict):
        yield from ((str(name), value) for name, value in plain.items())
    elif isinstance(plain, list):
        yield from (("", value) for value in plain)


def _port(key: str) -> str:
    """Return the port of what stands under a dotted key: its last part, or that of several.

    >>> _port("product.source"), _port("trigger.triggers[0]"), _port("trigger.triggers.weekly")
    ('source', 'trigger', 'trigger')
    """
    above, _, last = PLACE.sub("", key).rpartition(".")
    return SEVERAL.get(last) or SEVERAL.get(above.rpartition(".")[2]) or last


def _is_group(key: str) -> bool:
    """Return whether a key's port is a group: its component is one of the group's options."""
    return (CONF / _port(key)).is_dir()


def _target(node: Any, key: str) -> str:
    """Return the dotted path that a component names.

    Raises:
        ConfigError: It names none, or has a key that Hydra reads and Liaison does not.
    """
    path = node.get(TARGET) if isinstance(node, dict) else None
    if not isinstance(path, str):
        raise ConfigError(
            f"{key or 'config'}: expected a component, with `{TARGET}` and its arguments, got "
            + (type(node).__name__ if path is None else repr(path))
        )
    for name in node:
        if str(name).startswith("_") and name not in {TARGET, PARTIAL}:
            raise ConfigError(f"{key}.{name}: a component takes no such key")
    if not isinstance(node.get(PARTIAL, False), bool):
        raise ConfigError(f"{key}.{PARTIAL}: expected true or false, got {node[PARTIAL]!r}")
    return path


def _arguments(
    target: Callable[..., Any], node: Mapping[str, Any], *, option: bool
) -> dict[str, Any]:
    """Return the arguments in a node; ``option`` is whether its ``name`` is that of an option."""
    own = {TARGET, PARTIAL} | ({NAME} if option and NAME not in _parameters(target) else set())
    return {str(name): value for name, value in node.items() if name not in own}


def _parameters(target: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the parameters of a target that can be given by name; one of any names is included."""
    try:
        parameters = inspect.signature(target).parameters
    except (TypeError, ValueError):
        return {}
    unnamed = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL}
    return {name: each for name, each in parameters.items() if each.kind not in unnamed}


def _takes_any(parameters: Mapping[str, inspect.Parameter]) -> bool:
    return any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values())


def _refuse_unknown(
    target: Callable[..., Any], path: str, key: str, arguments: Mapping[str, Any]
) -> None:
    parameters = _parameters(target)
    for name in () if _takes_any(parameters) else arguments:
        if name not in parameters:
            raise ConfigError(
                f"{key}.{name}: {path} takes no such key{did_you_mean(name, parameters)}",
                hint=f"it takes {', '.join(parameters) or 'no keys'}",
            )


def _refuse_missing(
    target: Callable[..., Any], path: str, key: str, arguments: Mapping[str, Any]
) -> None:
    by_name = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    for name, each in _parameters(target).items():
        if each.kind in by_name and each.default is each.empty and name not in arguments:
            raise ConfigError(f"{key}: {path} needs {name!r}", hint=_given_by(key, path, name))


def _given_by(key: str, path: str, name: str) -> str:
    """Return how a component is given an argument: an override, unless none reaches it."""
    if PLACE.search(key):
        return f"give it in the list: {{{TARGET}: {path}, {name}: …}}"
    if (CONF / key.partition(".")[0]).is_dir():
        return f"give it: +{key}.{name}=…"
    return "what is named by its path alone is given nothing: name one that needs nothing"


def _taken(
    target: Callable[..., Any], key: str, own: Mapping[str, Any], extra: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the caller's arguments that a target takes.

    Raises:
        ConfigError: The configuration gives one of them too.
    """
    parameters = _parameters(target)
    for name in extra:
        if name in own:
            raise ConfigError(f"{key}.{name}: is not configured, Liaison gives it")
    return {name: extra[name] for name in extra if name in parameters or _takes_any(parameters)}
