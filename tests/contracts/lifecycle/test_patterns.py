"""The name of a combination follows its attributes."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from contracts.lifecycle import PATTERNS, all_lifecycles, classify, pattern_name


def test_presets_have_their_own_names() -> None:
    """The preset of each pattern is named as the pattern."""
    assert {pattern: pattern_name(each.preset) for pattern, each in PATTERNS.items()} == {
        pattern: pattern for pattern in PATTERNS
    }


def test_names_over_all() -> None:
    """Dual names three combinations, the others one each; the rest are unnamed, with a nearest."""
    names = Counter(pattern_name(each) for each in all_lifecycles())
    assert {name: names.pop(name) for name in PATTERNS} == {
        "interactive": 1,
        "open": 1,
        "adaptive": 1,
        "dual": 3,
    }
    assert {name.removeprefix("unnamed, nearest ") for name in names} <= {*PATTERNS}


def test_liaison_makes_dual() -> None:
    """With the dual liaison, any coherent combination is dual, whatever its production side."""
    for each in all_lifecycles():
        if classify(each).verdict == "coherent":
            assert pattern_name(replace(each, liaison="dual")) == "dual"


def test_preset_verdicts() -> None:
    """Of the four patterns interactive alone is an anti-pattern."""
    verdicts = {pattern: classify(each.preset).verdict for pattern, each in PATTERNS.items()}
    assert verdicts == {
        "interactive": "anti_pattern",
        "open": "coherent",
        "adaptive": "coherent",
        "dual": "coherent",
    }
