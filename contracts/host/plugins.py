"""Loads what installed packages registered under an entry-point group, one by one, by name.

Checks, clauses and metrics of other packages come through here. A package is imported only when
someone names what it registered: a broken package affects nobody who does not use it.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def registered_names(group: str) -> list[str]:
    """Return the names that packages registered in a group, sorted; nothing is loaded."""
    return sorted(_points(group).names)


def load(group: str, name: str) -> Any | None:
    """Return the object registered in a group under a name, or None.

    Raises:
        ContractError: Two packages registered the name, or the object cannot be imported.
    """
    point = _point(group, name)
    return None if point is None else _load(point)


def load_struct(
    group: str, name: str, *, needs: Callable[[type[Any]], Iterable[str]]
) -> type[Any] | None:
    """Return the struct registered in a group under a name, or None.

    Args:
        group: The entry-point group.
        name: The entry point's name, which must be the struct's own ``name`` too.
        needs: Returns the members that such a struct must have.

    Raises:
        ContractError: As `load`; or it is not a frozen struct that forbids unknown fields, has
            another name, or lacks a member.
    """
    point = _point(group, name)
    if point is None:
        return None
    kind = _load(point)
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        raise _refusal(point, f"is no msgspec.Struct: {kind!r}")
    options = ("frozen", "forbid_unknown_fields")
    lacking = [f"{each}=True" for each in options if not getattr(kind.__struct_config__, each)]
    if lacking:
        raise _refusal(
            point, f"is a struct without {', '.join(lacking)}", hint="add it to the definition"
        )
    own = getattr(kind, "name", None)
    if own != name:
        raise _refusal(point, f"has another name of its own: {own!r}", hint="use one name for both")
    lacking = [each for each in needs(kind) if not _defines(kind, each)]
    if lacking:
        raise _refusal(point, f"lacks {', '.join(lacking)}")
    return kind


@cache
def _points(group: str) -> EntryPoints:
    """Return a group's entry points, cached: reading those of every installed package is slow."""
    return entry_points(group=group)


def _point(group: str, name: str) -> EntryPoint | None:
    points = _points(group).select(name=name)
    if not points:
        _points.cache_clear()  # a session may have installed it since
        points = _points(group).select(name=name)
    if len({point.value for point in points}) > 1:
        raise ContractError(
            f"{name!r} is registered twice in the group {group!r}: "
            f"{' and '.join(sorted(map(_described, points)))}",
            hint="uninstall one of the packages, or give its entry point another name",
        )
    return next(iter(points), None)


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever another package's import may raise
        raise _refusal(
            point, f"cannot be loaded: {error!r}", hint="repair or uninstall the package"
        ) from error


def _defines(kind: type[Any], member: str) -> bool:
    """Return whether a class or a base defines a member; one of its metaclass does not count."""
    return any(member in vars(each) for each in kind.__mro__)


def _refusal(point: EntryPoint, reason: str, *, hint: str = "") -> ContractError:
    return ContractError(
        f"the entry point {point.name!r} of the group {point.group!r}, {_described(point)}, "
        f"{reason}",
        hint=hint,
    )


def _described(point: EntryPoint) -> str:
    package = f" of the package {point.dist.name}" if point.dist else ""
    return f"{point.value}{package}"
