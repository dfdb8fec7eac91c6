"""Names follow attributes; stages follow names."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from contracts.lifecycle import PATTERNS, Lifecycle, classify, every, name, stages

ADAPTIVE = PATTERNS["adaptive"].preset
RESEARCH = ["explore", "implement", "experiment", "publish the contract"]
DEVELOPMENT = ["implement", "prove equivalence", "release"]
STAGES = {
    "interactive": [
        "implement",
        "explore",
        "learn",
        "finalize",
        "integrate by hand",
        "deploy",
        "serve",
    ],
    "open": ["implement", "explore", "experiment", "integrate", "serve", "evaluate"],
    "adaptive": [
        *("implement", "explore", "experiment"),
        *("integrate", "deploy", "train", "serve", "evaluate"),
    ],
    "dual": [*RESEARCH, *DEVELOPMENT, "integrate", "deploy", "train", "serve", "evaluate"],
}


def test_presets_bear_their_names() -> None:
    """Each preset is what it is called."""
    assert {pattern: name(each.preset) for pattern, each in PATTERNS.items()} == {
        pattern: pattern for pattern in PATTERNS
    }


def test_names_over_all() -> None:
    """Dual names three combinations, the others one each; the rest are unnamed, with a nearest."""
    names = Counter(name(each) for each in every())
    assert {called: names.pop(called) for called in PATTERNS} == {
        "interactive": 1,
        "open": 1,
        "adaptive": 1,
        "dual": 3,
    }
    assert {called.removeprefix("unnamed, nearest ") for called in names} <= {*PATTERNS}


def test_liaison_makes_dual() -> None:
    """With the dual liaison, any coherent combination is dual, whatever its production side."""
    for each in every():
        if classify(each).verdict == "coherent":
            assert name(replace(each, liaison="dual")) == "dual"


def test_preset_verdicts() -> None:
    """Of the four patterns interactive alone is an anti-pattern."""
    verdicts = {pattern: classify(each.preset).verdict for pattern, each in PATTERNS.items()}
    assert verdicts == {
        "interactive": "anti_pattern",
        "open": "coherent",
        "adaptive": "coherent",
        "dual": "coherent",
    }


@pytest.mark.parametrize("pattern", PATTERNS)
def test_stages(pattern: str) -> None:
    """Each pattern goes through its own stages, in order."""
    assert [stage.name for stage in stages(PATTERNS[pattern].preset)] == STAGES[pattern]


def test_dual_production_follows_the_rest() -> None:
    """Dual's production goes through the stages its remaining attributes have when joint."""
    for each in every():
        if name(each) == "dual":
            dual = [stage for stage in stages(each) if stage.side == "production"]
            joint = stages(replace(each, liaison="joint"))
            assert [s.does for s in dual] == [s.does for s in joint if s.side == "production"]
            assert [s.name for s in stages(each)][:7] == RESEARCH + DEVELOPMENT


@pytest.mark.parametrize("lifecycle", every(), ids=str)
def test_stages_over_all(lifecycle: Lifecycle) -> None:
    """What runs serves once; only increments are evaluated, only autonomy trains by agent."""
    rows = stages(lifecycle)
    if classify(lifecycle).verdict == "refused":
        assert rows == ()
        return
    counts = Counter(row.name for row in rows if row.side == "production")
    assert counts["serve"] == 1
    assert counts["evaluate"] == (lifecycle.data_access == "programmatic")
    assert counts["train"] == (lifecycle.model_updating == "autonomous")
    assert counts["integrate"] == (lifecycle.model_sourcing == "unattended")
    assert counts["integrate by hand"] == (lifecycle.model_sourcing == "interactive")


def test_agents_act_where_people_need_not() -> None:
    """Interactive is carried by people to the engine; adaptive's training by its agent."""
    kinds = {stage.actor.kind for stage in stages(PATTERNS["interactive"].preset)}
    assert kinds == {"person", "engine"}
    (train,) = (stage for stage in stages(ADAPTIVE) if stage.name == "train")
    assert train.actor.name == "training agent"
