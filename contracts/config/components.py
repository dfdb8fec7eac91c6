"""The components that a configuration may name, and for which port each is declared.

A port is the key that a component stands under: ``selector``, or ``source`` of ``product.source``.
Ours are listed in ``conf/components.toml``, a product's in a table beside its configuration.
Another package declares its own as entry points of the group ``liaison.components``. All are data:
an import runs code, so nothing is imported before its name is known to be declared.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The entry-point group under which other packages declare their components.
GROUP = "liaison.components"
CONF = Path(__file__).resolve().parents[2] / "conf"


def component(path: str, port: str, *, key: str = "") -> EntryPoint:
    """Return the declaration of the component at a dotted path; it is not imported.

    Args:
        path: Its module and its name there, separated by a dot.
        port: The port that it must be declared for.
        key: The dotted key that names it, for the message; the port unless given.

    Raises:
        ConfigError: It is not declared for this port.
    """
    declared = _ours() | _others()
    if (path, port) not in declared:
        _others.cache_clear()  # a session may have installed its package since
        declared = _ours() | _others()
    if (path, port) in declared:
        return declared[path, port]
    raise _undeclared(path, port, key or port, declared)


def installed(path: str) -> bool:
    """Return whether the package at the start of a dotted path can be found; nothing is imported.

    Where production runs without research, a product may name components that are not installed.
    """
    package, dot, _ = path.partition(".")
    sound = dot and package.isidentifier() and package != "__main__"
    return not sound or find_spec(package) is not None


def registered() -> frozenset[str]:
    """Return the top-level packages of other distributions that declared components."""
    return frozenset(path.partition(".")[0] for path, _ in _others())


@cache
def _ours() -> dict[tuple[str, str], EntryPoint]:
    tables = [CONF / "components.toml", *sorted((CONF / "product").glob("*.toml"))]
    return _by_path(
        EntryPoint(name=port, value=value, group=GROUP)
        for table in tables
        for port, values in tomllib.loads(table.read_text("utf-8")).items()
        for value in values
    )


@cache
def _others() -> dict[tuple[str, str], EntryPoint]:
    return _by_path(entry_points(group=GROUP))


def _by_path(points: Iterable[EntryPoint]) -> dict[tuple[str, str], EntryPoint]:
    """Return entry points by dotted path and port.

    An entry's name is its port; what follows a hyphen tells two of one port apart. One without a
    name in its module declares nothing.
    """
    return {
        (point.value.replace(":", "."), point.name.partition("-")[0]): point
        for point in points
        if ":" in point.value
    }


def _undeclared(path: str, port: str, key: str, declared: Iterable[tuple[str, str]]) -> ConfigError:
    valid = sorted(name for name, of in declared if of == port)
    others = sorted(of for name, of in declared if name == path)
    but = f" but for {' and '.join(others)}" if others else did_you_mean(path, valid)
    return ConfigError(
        f"{key}: {path!r} is not declared for the port {port!r}{but}",
        hint=f"declared: {', '.join(valid) or 'nothing'}; a package of your own declares its "
        f"components as entry points of the group {GROUP!r} and is installed again (docs/parts.md)",
    )
