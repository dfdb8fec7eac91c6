"""Which named pattern a combination is: the name follows the attributes, never the preset."""

from contracts.lifecycle.classification import classify
from contracts.lifecycle.coherence import cost_of_change
from contracts.lifecycle.taxonomy import PATTERNS, Lifecycle, Pattern, all_lifecycles


def matching_pattern(lifecycle: Lifecycle) -> Pattern | None:
    """Return the pattern that a combination is, if any."""
    return next((each for each in PATTERNS.values() if _matches(each, lifecycle)), None)


def nearest_pattern(lifecycle: Lifecycle) -> Pattern:
    """Return the pattern that takes the fewest changes of attributes to reach."""
    return min(PATTERNS.values(), key=lambda each: _distance(each, lifecycle))


def pattern_name(lifecycle: Lifecycle) -> str:
    """Return the pattern's name, or ``unnamed, nearest …``.

    >>> from msgspec.structs import replace
    >>> pattern_name(replace(PATTERNS["adaptive"].preset, liaison="dual"))
    'dual'
    >>> pattern_name(replace(PATTERNS["adaptive"].preset, model_updating="release_enforced"))
    'unnamed, nearest open'
    """
    if pattern := matching_pattern(lifecycle):
        return pattern.name
    return f"unnamed, nearest {nearest_pattern(lifecycle).name}"


def _matches(pattern: Pattern, lifecycle: Lifecycle) -> bool:
    changes = pattern.preset.changes(lifecycle)
    return not changes or (
        classify(lifecycle).verdict == "coherent" and not {*changes} & {*pattern.deciding}
    )


def _distance(pattern: Pattern, lifecycle: Lifecycle) -> tuple[int, bool, bool, tuple[bool, ...]]:
    """Return how far a combination is from a pattern, as a key to sort by.

    First the number of attributes to change; in a tie a pattern with the same liaison is nearer,
    then a coherent one, then one that changes what comes later in the order of ties.
    """
    unwise = classify(pattern.preset).verdict != "coherent"
    number, changed = min(
        cost_of_change(lifecycle, each) for each in all_lifecycles() if _matches(pattern, each)
    )
    return number, changed[0], unwise, changed
