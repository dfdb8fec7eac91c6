"""The nearest coherent combination, against brute force."""

from __future__ import annotations

from itertools import combinations

import pytest
from msgspec.structs import replace

from contracts.errors import LifecycleError
from contracts.lifecycle import (
    ATTRIBUTES,
    PATTERNS,
    Lifecycle,
    advice,
    all_lifecycles,
    check_combination,
    classify,
    declare,
    nearest,
    overrides,
)

EVERY = all_lifecycles()
COHERENT = [each for each in EVERY if classify(each).verdict == "coherent"]
ADAPTIVE = PATTERNS["adaptive"].preset
SETS = [frozenset(names) for size in range(6) for names in combinations(ATTRIBUTES, size)]


@pytest.mark.parametrize("lifecycle", EVERY, ids=str)
def test_minimal(lifecycle: Lifecycle) -> None:
    """No coherent combination is nearer, and of the nearest it is one that keeps the liaison."""
    target = nearest(lifecycle)
    assert target in COHERENT
    distances = {each: len(lifecycle.changes(each)) for each in COHERENT}
    least = [each for each in COHERENT if distances[each] == min(distances.values())]
    assert target in least
    if any(each.liaison == lifecycle.liaison for each in least):
        assert target.liaison == lifecycle.liaison


@pytest.mark.parametrize("fixed", SETS, ids=lambda names: "+".join(sorted(names)) or "none")
def test_fixed_never_changes(fixed: frozenset[str]) -> None:
    """What the user set stays; the result is None only if no combination allows that."""
    for lifecycle in EVERY:
        target = nearest(lifecycle, fixed)
        able = [each for each in COHERENT if fixed.isdisjoint(lifecycle.changes(each))]
        if target is None:
            assert not able
        else:
            assert target in able
            least = min(len(lifecycle.changes(each)) for each in able)
            assert len(lifecycle.changes(target)) == least


def test_tie_keeps_autonomy() -> None:
    """In a tie between autonomy and the bundle, the bundle changes."""
    assert nearest(replace(ADAPTIVE, deployment="wrapped")) == ADAPTIVE


def test_overrides_give_the_nearest() -> None:
    """The overrides turn a combination into its nearest."""
    for lifecycle in EVERY:
        target = nearest(lifecycle)
        assert target is not None
        choices = {name: lifecycle.choice(name) for name in ATTRIBUTES}
        typed = dict(word.split("=") for word in overrides(lifecycle, target).split())
        assert declare(choices | typed) == target


def test_only_refused_combinations_raise() -> None:
    """Fourteen combinations raise, with reason and hint; anti-patterns pass."""
    for lifecycle in EVERY:
        if classify(lifecycle).verdict != "refused":
            check_combination(lifecycle)
            continue
        with pytest.raises(LifecycleError, match="model_updating=autonomous cannot work") as caught:
            check_combination(lifecycle)
        assert caught.value.details
        assert "nearest coherent combination: " in caught.value.hint


def test_the_hint_names_choices_that_clash() -> None:
    """When the user's own choices clash, the hint names them and the way out."""
    wrapped = replace(ADAPTIVE, deployment="wrapped")
    with pytest.raises(LifecycleError) as caught:
        check_combination(wrapped, frozenset({"model_updating", "deployment", "liaison"}))
    assert caught.value.hint == (
        "no coherent combination keeps model_updating=autonomous deployment=wrapped; "
        "instead: deployment=dynamic"
    )


def test_coherent_combinations_need_no_advice() -> None:
    """The advice for a coherent combination is empty."""
    assert not any(advice(each) for each in COHERENT)
