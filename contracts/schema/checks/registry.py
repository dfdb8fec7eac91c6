"""The checks a schema may name: built in, or registered by an installed package."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from contracts.errors import ContractError
from contracts.schema.checks.bound import Ge, Gt, Le, Lt
from contracts.schema.checks.closed import Isin, Notin
from contracts.schema.checks.equal import Eq, Ne
from contracts.schema.checks.finite import Finite
from contracts.schema.checks.length import Length
from contracts.schema.checks.ordered import Ordered
from contracts.schema.checks.text import Contains, EndsWith, Matches, StartsWith

GROUP = "liaison.checks"
ALL: tuple[type[Any], ...] = (
    Ge, Gt, Le, Lt, Eq, Ne, Isin, Notin, Length, Matches, Contains, StartsWith, EndsWith, Finite,
    Ordered,
)  # fmt: skip
BUILT_IN: dict[str, type[Any]] = {each.name: each for each in ALL}
#: pandera's names and ours, to ours.
NAMES = {name: name for name in BUILT_IN} | {
    each.pandera: each.name for each in ALL if hasattr(each, "pandera")
}
#: What pandera has and no contract takes, and why.
REFUSED = {
    "unique_values_eq": "it is about all rows at once, and one record has no others",
    "in_range": "its bounds are ge, gt, le and lt",
}


@cache
def registered() -> dict[str, type[Any]]:
    """Return every check by its name: the built-in ones, and those of the entry-point group.

    Looked up once a process: every distribution installed is asked.

    Raises:
        ContractError: Two checks share a name, an entry point has another than its check, or what
            it names is no check.
    """
    found = dict(BUILT_IN)
    for point in entry_points(group=GROUP):
        if point.name in NAMES or point.name in found:
            raise ContractError(
                f"check {point.name!r} is registered twice, also as {point.value}",
                hint=f"give the entry point of the group {GROUP!r} another name",
            )
        found[point.name] = _sound(point.name, point.load())
    return found


def find(name: str) -> type[Any] | None:
    """Return the check of a name, or None; packages are asked only for what is not built in."""
    return BUILT_IN.get(name) or registered().get(name)


def between(name: str) -> bool:
    """Return whether a check of that name is one between columns of a row."""
    kind = find(name)
    return kind is not None and not hasattr(kind, "kinds")


def own(name: str) -> str | None:
    """Return a contract's name for a check that pandera or a contract names, None for none."""
    return NAMES.get(name) or (name if find(name) else None)


def _sound(name: str, kind: Any) -> type[Any]:
    """Return what an entry point names, if it is a check and of that name."""
    if getattr(kind, "name", None) != name:
        raise ContractError(
            f"the check {kind!r} is registered as {name!r}, "
            f"its own name is {getattr(kind, 'name', None)!r}",
            hint="one name: the contract's, pandera's and the entry point's",
        )
    needed = ("inside", "outside") if hasattr(kind, "kinds") else ("columns", "fault")
    lacking = [each for each in ("__struct_fields__", "holds", *needed) if not hasattr(kind, each)]
    if lacking:
        raise ContractError(
            f"the check {name!r} lacks {', '.join(lacking)}",
            hint="a check is a frozen msgspec.Struct: see contracts.schema.checks.condition",
        )
    found: type[Any] = kind
    return found
