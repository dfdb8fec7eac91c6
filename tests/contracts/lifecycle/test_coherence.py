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
    classify,
    declare,
    every,
    nearest,
    overrides,
    require,
)

EVERY = every()
COHERENT = [each for each in EVERY if classify(each).verdict == "coherent"]
ADAPTIVE = PATTERNS["adaptive"].preset
SETS = [frozenset(names) for size in range(6) for names in combinations(ATTRIBUTES, size)]


@pytest.mark.parametrize("lifecycle", EVERY, ids=str)
def test_minimal(lifecycle: Lifecycle) -> None:
    """No coherent combination is nearer, and of the nearest it is one that keeps the liaison."""
    found = nearest(lifecycle)
    assert found in COHERENT
    distances = {each: len(lifecycle.changes(each)) for each in COHERENT}
    least = [each for each in COHERENT if distances[each] == min(distances.values())]
    assert found in least
    if any(each.liaison == lifecycle.liaison for each in least):
        assert found.liaison == lifecycle.liaison


@pytest.mark.parametrize("fixed", SETS, ids=lambda names: "+".join(sorted(names)) or "none")
def test_fixed_never_changes(fixed: frozenset[str]) -> None:
    """What the user set stays; none is found only where none exists; else the fewest change."""
    for lifecycle in EVERY:
        found = nearest(lifecycle, fixed)
        able = [each for each in COHERENT if fixed.isdisjoint(lifecycle.changes(each))]
        if found is None:
            assert not able
        else:
            assert found in able
            least = min(len(lifecycle.changes(each)) for each in able)
            assert len(lifecycle.changes(found)) == least


def test_tie_keeps_autonomy() -> None:
    """Between giving up autonomy and giving up the bundle, the unasked bundle goes."""
    assert nearest(replace(ADAPTIVE, deployment="wrapped")) == ADAPTIVE


def test_overrides_lead_there() -> None:
    """The override to type turns a combination into its nearest."""
    for lifecycle in EVERY:
        found = nearest(lifecycle)
        assert found is not None
        choices = {name: lifecycle.choice(name) for name in ATTRIBUTES}
        typed = dict(word.split("=") for word in overrides(lifecycle, found).split())
        assert declare(choices | typed) == found


def test_require_refuses_just_the_refused() -> None:
    """Fourteen combinations raise, with reason and hint; anti-patterns pass."""
    for lifecycle in EVERY:
        if classify(lifecycle).verdict != "refused":
            require(lifecycle)
            continue
        with pytest.raises(LifecycleError, match="model_updating=autonomous cannot work") as caught:
            require(lifecycle)
        assert caught.value.details
        assert "nearest coherent combination: " in caught.value.hint


def test_require_says_what_cannot_be_kept() -> None:
    """When the user's own choices clash, the hint names them and the way out."""
    wrapped = replace(ADAPTIVE, deployment="wrapped")
    with pytest.raises(LifecycleError) as caught:
        require(wrapped, frozenset({"model_updating", "deployment", "liaison"}))
    assert caught.value.hint == (
        "no coherent combination keeps model_updating=autonomous deployment=wrapped; "
        "instead: deployment=dynamic"
    )


def test_advice_is_silent_for_the_coherent() -> None:
    """A coherent combination needs no advice."""
    assert not any(advice(each) for each in COHERENT)
