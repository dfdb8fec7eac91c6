"""The checks a schema may name: built in, or registered by an installed package."""

from __future__ import annotations

from typing import Any

from contracts.errors import did_you_mean
from contracts.host import plugins
from contracts.schema.checks.bounds import Finite, Ge, Gt, Le, Lt, Ordered
from contracts.schema.checks.members import Eq, Isin, Ne, Notin
from contracts.schema.checks.texts import Contains, EndsWith, Length, Matches, StartsWith

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
#: Checks of pandera's that no contract takes, and why.
REFUSED = {
    "unique_values_eq": "it is about all rows at once, and one record has no others",
    "in_range": "its bounds are ge, gt, le and lt",
}
#: Names that no package can give to a check of its own: a check that contracts use stays the same.
TAKEN = frozenset({*NAMES, *REFUSED})


def names() -> list[str]:
    """Return the names of the built-in checks and of those that packages add; none is imported."""
    return [*BUILT_IN, *(name for name in plugins.registered_names(GROUP) if name not in TAKEN)]


def find(name: str) -> type[Any] | None:
    """Return the check of a name, or None: a package's is loaded when it is named.

    Raises:
        ContractError: What a package registered under the name is no check, or is broken.
    """
    if name in TAKEN:
        return BUILT_IN.get(name)
    return plugins.load_struct(GROUP, name, needs=_members)


def own(name: str) -> str | None:
    """Return a contract's name for a check that pandera or a contract names, None for none."""
    return NAMES.get(name) or (name if find(name) else None)


def unknown(name: str) -> str:
    """Return why no contract knows a check of a name."""
    if name.startswith("<"):
        return "it has no name and does not survive the round trip through YAML"
    return REFUSED.get(name) or f"no package registers it{did_you_mean(name, names())}"


def stands_between(name: str) -> bool:
    """Return whether a check of that name is one between columns of a row."""
    kind = find(name)
    return kind is not None and not hasattr(kind, "kinds")


def stated(condition: Any, kind: str) -> dict[str, Any] | None:
    """Return the limits of a check if they say all that it says, None if they may not.

    Those of a built-in check do. A package's only help to draw inputs.
    """
    if type(condition) is not BUILT_IN.get(condition.name) or not hasattr(condition, "limits"):
        return None
    limits: dict[str, Any] = condition.limits(kind)
    return limits


def _members(kind: type[Any]) -> tuple[str, ...]:
    """Return what a check must have: see `contracts.schema.checks.condition`."""
    return ("holds", *(("inside", "outside") if hasattr(kind, "kinds") else ("columns", "fault")))
