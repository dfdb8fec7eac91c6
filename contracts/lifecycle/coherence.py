"""The way back: the nearest coherent combination, and the refusal that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import LifecycleError
from contracts.lifecycle.attributes import ATTRIBUTES
from contracts.lifecycle.classification import classify
from contracts.lifecycle.lifecycle import every

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from contracts.lifecycle.lifecycle import Lifecycle

#: Which attribute a tie keeps, first to last. After the liaison comes what renews the model: a
#: person who asks for autonomy is told what it needs before being told to give it up.
KEPT = ("liaison", "model_updating", "deployment", "data_access", "model_sourcing")


def nearest(lifecycle: Lifecycle, fixed: AbstractSet[str] = frozenset()) -> Lifecycle | None:
    """Return the coherent combination that changes the fewest attributes.

    Args:
        lifecycle: Where to start from; a coherent one is its own nearest.
        fixed: Names of the attributes the user set, which never change.

    Returns:
        The nearest, ties keeping the liaison; None when none keeps everything that is fixed.
    """
    found = _least(lifecycle, fixed)
    return found if fixed.isdisjoint(lifecycle.changes(found)) else None


def price(lifecycle: Lifecycle, other: Lifecycle) -> tuple[int, tuple[bool, ...]]:
    """Return what a change to another lifecycle costs: attributes changed, then ties in order."""
    changed = lifecycle.changes(other)
    return len(changed), tuple(name in changed for name in KEPT)


def overrides(lifecycle: Lifecycle, other: Lifecycle) -> str:
    """Return what to type to turn one lifecycle into the other; nothing when they are equal."""
    return " ".join(f"{name}={other.choice(name)}" for name in lifecycle.changes(other))


def advice(lifecycle: Lifecycle, fixed: AbstractSet[str] = frozenset()) -> str:
    """Return the next step towards coherence, in one line; nothing for a coherent combination."""
    found = _least(lifecycle, fixed)
    typed = overrides(lifecycle, found)
    if fixed.isdisjoint(lifecycle.changes(found)):
        return typed and f"nearest coherent combination: {typed}"
    return f"no coherent combination keeps {_clash(lifecycle, fixed)}; instead: {typed}"


def require(lifecycle: Lifecycle, fixed: AbstractSet[str] = frozenset()) -> None:
    """Refuse a combination that cannot work; anti-patterns pass.

    Raises:
        LifecycleError: With each reason, and as its hint the override to type.
    """
    classification = classify(lifecycle)
    if classification.verdict != "refused":
        return
    clash = " ".join(
        f"{reason.attribute}={lifecycle.choice(reason.attribute)}"
        for reason in classification.reasons
    )
    raise LifecycleError(
        f"model_updating={lifecycle.model_updating} cannot work with {clash}",
        details=(reason.why for reason in classification.reasons),
        hint=advice(lifecycle, fixed),
    )


def _clash(lifecycle: Lifecycle, fixed: AbstractSet[str]) -> str:
    """Return those of the fixed choices that speak against coherence, as they were typed."""
    classification = classify(lifecycle)
    clash = {reason.attribute for reason in classification.reasons}
    if classification.verdict == "refused":
        clash.add("model_updating")
    return " ".join(
        f"{name}={lifecycle.choice(name)}" for name in ATTRIBUTES if name in clash & fixed
    )


def _least(lifecycle: Lifecycle, fixed: AbstractSet[str]) -> Lifecycle:
    """Return the coherent combination that gives up least of what is fixed, then of the rest."""
    coherent = (each for each in every() if classify(each).verdict == "coherent")
    return min(
        coherent, key=lambda each: (_given_up(lifecycle, each, fixed), price(lifecycle, each))
    )


def _given_up(lifecycle: Lifecycle, other: Lifecycle, fixed: AbstractSet[str]) -> int:
    return len(fixed & {*lifecycle.changes(other)})
