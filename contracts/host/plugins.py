"""What installed packages add under an entry-point group: found and loaded by name, one at a time.

Checks, clauses and metrics of other packages come through here. A package is imported when someone
names what it adds, and never before: what is broken in it breaks nobody who does not use it.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def names(group: str) -> list[str]:
    """Return the names that packages registered in a group, sorted; nothing is loaded."""
    return sorted(_points(group).names)


def load(group: str, name: str) -> Any | None:
    """Return what a package registered in a group under a name, None where none did.

    Raises:
        ContractError: Two packages did, or what the entry point names cannot be imported.
    """
    point = _point(group, name)
    return None if point is None else _loaded(point)


def struct(
    group: str, name: str, *, needs: Callable[[type[Any]], Iterable[str]]
) -> type[Any] | None:
    """Return the struct that a package registered in a group under a name, None where none did.

    Args:
        group: The entry-point group.
        name: The entry point's name, which is the struct's own ``name`` too.
        needs: Returns the members that such a struct must have.

    Raises:
        ContractError: As `load`; or it is no frozen struct that forbids unknown fields, is called
            otherwise, or lacks a member.
    """
    point = _point(group, name)
    if point is None:
        return None
    kind = _loaded(point)
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        raise _refusal(point, f"is no msgspec.Struct: {kind!r}")
    lacking = [
        option
        for option in ("frozen", "forbid_unknown_fields")
        if not getattr(kind.__struct_config__, option)
    ]
    if lacking:
        options = ", ".join(f"{option}=True" for option in lacking)
        raise _refusal(point, f"is a struct without {options}", hint="say so where it is defined")
    own = getattr(kind, "name", None)
    if own != name:
        raise _refusal(point, f"has another name of its own: {own!r}", hint="give both one name")
    lacking = [each for each in needs(kind) if not _has(kind, each)]
    if lacking:
        raise _refusal(point, f"lacks {', '.join(lacking)}")
    return kind


@cache
def _points(group: str) -> EntryPoints:
    """Return a group's entry points: every distribution installed is asked, which takes time."""
    return entry_points(group=group)


def _point(group: str, name: str) -> EntryPoint | None:
    found = _points(group).select(name=name)
    if not found:
        _points.cache_clear()  # a session may have installed it since
        found = _points(group).select(name=name)
    if len({point.value for point in found}) > 1:
        raise ContractError(
            f"{name!r} is registered twice in the group {group!r}: "
            f"{' and '.join(sorted(map(_said, found)))}",
            hint="uninstall one of the packages, or give its entry point another name",
        )
    return next(iter(found), None)


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever another package's import may raise
        raise _refusal(
            point, f"cannot be loaded: {error!r}", hint="mend or uninstall the package"
        ) from error


def _has(kind: type[Any], member: str) -> bool:
    """Return whether a class defines a member: each is an instance of one that defines a call."""
    return any(member in vars(each) for each in kind.__mro__)


def _refusal(point: EntryPoint, reason: str, *, hint: str = "") -> ContractError:
    return ContractError(
        f"the entry point {point.name!r} of the group {point.group!r}, {_said(point)}, {reason}",
        hint=hint,
    )


def _said(point: EntryPoint) -> str:
    package = f" of the package {point.dist.name}" if point.dist else ""
    return f"{point.value}{package}"
