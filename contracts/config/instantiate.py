"""The guard: the only place where a name in a configuration becomes an object.

Code decides what a name may lead to, not configuration: `contracts.config.packages` lists the
packages.
"""

from __future__ import annotations

import inspect
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig, OmegaConf

from contracts.config.arguments import check_arguments
from contracts.config.packages import GROUP, OURS, allowed, registered
from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TARGET, PARTIAL, NAME = "_target_", "_partial_", "name"


def locate(path: str) -> Any:
    """Return the object a dotted path names, when its own module is allowed.

    Raises:
        ConfigError: The path leads outside the allowed packages, or nowhere.
    """
    module, _, name = path.rpartition(".")
    if not module or not allowed(path):
        raise _not_allowed(path)
    try:
        located = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name and not module.startswith(error.name):
            raise
        raise ConfigError(f"{path}: there is no module {module!r}") from error
    except AttributeError as error:
        valid = vars(import_module(module))
        raise ConfigError(f"{path}: no {name!r} in {module}{did_you_mean(name, valid)}") from error
    # An import inside an allowed module must not be a way out: `ours.os.system` resolves to os.
    if not allowed(getattr(located, "__module__", None) or ""):
        raise _not_allowed(path)
    return located


def instantiate(node: Any, **extra: Any) -> Any:
    """Return the object a node with ``_target_`` describes; nodes inside it first.

    A node's ``name`` is the option's name and is not passed on. With ``_partial_: true`` the result
    is a plain `functools.partial`, cheap to call.

    Args:
        node: A component of a composed configuration.
        extra: Arguments that only the caller knows; one the target does not take is left out.

    Raises:
        ConfigError: The target is not allowed, or does not take a key of the node.
    """
    plain = OmegaConf.to_container(node, resolve=True) if isinstance(node, DictConfig) else node
    return _build(plain, extra)


def check_keys(node: Mapping[str, Any]) -> None:
    """Refuse keys that the node's target does not take, without calling it.

    Raises:
        ConfigError: The target is not allowed, or does not take a key of the node.
    """
    target = locate(str(node[TARGET]))
    _refuse_unknown(target, str(node[TARGET]), _arguments(node))


def _build(node: Any, extra: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_build(item, {}) for item in node]
    if not isinstance(node, dict):
        return node
    if TARGET not in node:
        return {key: _build(value, {}) for key, value in node.items()}
    path = str(node[TARGET])
    target = locate(path)
    arguments = {key: _build(value, {}) for key, value in _arguments(node).items()}
    _refuse_unknown(target, path, arguments)
    check_arguments(target, arguments, where=path)
    arguments |= {key: extra[key] for key in extra if key in _parameters(target)}
    return partial(target, **arguments) if node.get(PARTIAL) else target(**arguments)


def _arguments(node: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): node[key] for key in node if key not in {TARGET, PARTIAL, NAME}}


def _parameters(target: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(target).parameters
    except (TypeError, ValueError):
        return {}


def _refuse_unknown(target: Callable[..., Any], path: str, arguments: Mapping[str, Any]) -> None:
    parameters = _parameters(target)
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return
    for key in arguments:
        if key not in parameters:
            raise ConfigError(
                f"{key}: {path} takes no such key{did_you_mean(key, parameters)}",
                hint=f"it takes {', '.join(parameters) or 'no keys'}",
            )


def _not_allowed(path: str) -> ConfigError:
    packages = sorted({*OURS, *registered()})
    return ConfigError(
        f"{path}: a configuration may only name objects of {', '.join(packages)}",
        hint=f"register your package under the entry-point group {GROUP!r}",
    )
