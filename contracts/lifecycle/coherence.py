"""The nearest coherent combination, and the error that refuses a combination and names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import LifecycleError
from contracts.lifecycle.classification import classify
from contracts.lifecycle.taxonomy import ATTRIBUTES, all_lifecycles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from contracts.lifecycle.taxonomy import Lifecycle

#: Which attribute stays unchanged in a tie, first to last. After the liaison comes what renews the
#: model: the advice to a person who wants autonomy is first what it needs, then to give it up.
TIE_ORDER = ("liaison", "model_updating", "deployment", "data_access", "model_sourcing")


def nearest(lifecycle: Lifecycle, fixed: AbstractSet[str] = frozenset()) -> Lifecycle | None:
    """Return the coherent combination that changes the fewest attributes.

    Args:
        lifecycle: Where to start from; a coherent combination is its own nearest.
        fixed: Names of the attributes the user set, which never change.

    Returns:
        The nearest, where a tie leaves the liaison unchanged; None where every coherent combination
        changes something that is fixed.
    """
    target = _best(lifecycle, fixed)
    return target if fixed.isdisjoint(lifecycle.changes(target)) else None


def cost_of_change(lifecycle: Lifecycle, other: Lifecycle) -> tuple[int, tuple[bool, ...]]:
    """Return a key to sort by: how many attributes change, then which, in the order of ties."""
    changes = lifecycle.changes(other)
    return len(changes), tuple(name in changes for name in TIE_ORDER)


def overrides(lifecycle: Lifecycle, other: Lifecycle) -> str:
    """Return the overrides that turn one lifecycle into the other; empty when they are equal."""
    return " ".join(f"{name}={other.choice(name)}" for name in lifecycle.changes(other))


def advice(lifecycle: Lifecycle, fixed: AbstractSet[str] = frozenset()) -> str:
    """Return the next step towards coherence, in one line; empty for a coherent combination."""
    target = _best(lifecycle, fixed)
    command = overrides(lifecycle, target)
    if fixed.isdisjoint(lifecycle.changes(target)):
        return command and f"nearest coherent combination: {command}"
    return f"no coherent combination keeps {_fixed_clash(lifecycle, fixed)}; instead: {command}"


def check_combination(lifecycle: Lifecycle, fixed: AbstractSet[str] = frozenset()) -> None:
    """Refuse a combination that cannot work; anti-patterns pass.

    Raises:
        LifecycleError: With each reason, and as its hint the override to type.
    """
    classification = classify(lifecycle)
    if classification.verdict != "refused":
        return
    clash = _choices(lifecycle, (reason.attribute for reason in classification.reasons))
    raise LifecycleError(
        f"model_updating={lifecycle.model_updating} cannot work with {clash}",
        details=(reason.why for reason in classification.reasons),
        hint=advice(lifecycle, fixed),
    )


def clashing(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return the attributes that speak against coherence, in the taxonomy's order."""
    classification = classify(lifecycle)
    names = {reason.attribute for reason in classification.reasons}
    if classification.verdict == "refused":
        names.add("model_updating")
    return tuple(name for name in ATTRIBUTES if name in names)


def _fixed_clash(lifecycle: Lifecycle, fixed: AbstractSet[str]) -> str:
    """Return the fixed choices that speak against coherence, as a user types them."""
    return _choices(lifecycle, (name for name in clashing(lifecycle) if name in fixed))


def _choices(lifecycle: Lifecycle, names: Iterable[str]) -> str:
    return " ".join(f"{name}={lifecycle.choice(name)}" for name in names)


def _best(lifecycle: Lifecycle, fixed: AbstractSet[str]) -> Lifecycle:
    """Return the coherent combination that changes least of what is fixed, then of the rest."""
    coherent = (each for each in all_lifecycles() if classify(each).verdict == "coherent")
    return min(
        coherent,
        key=lambda other: (
            len(fixed & {*lifecycle.changes(other)}),
            cost_of_change(lifecycle, other),
        ),
    )
