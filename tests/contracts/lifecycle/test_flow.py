"""The stages of a lifecycle, and what is handed from one to another."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from contracts.lifecycle import PATTERNS, Lifecycle, all_lifecycles, classify, pattern_name
from contracts.lifecycle.flow import OUTSIDE, flow, stages

RUNS = [each for each in all_lifecycles() if classify(each).verdict != "refused"]
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


def loops(pattern: str) -> dict[tuple[str, str], list[str]]:
    """Return a pattern's loops by the names of their stages."""
    drawn = flow(PATTERNS[pattern].preset)
    return {
        (drawn.stages[giver].name, thing): [drawn.stages[taker].name for taker in takers]
        for (giver, thing), takers in drawn.loops().items()
    }


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_everything_taken_is_given(lifecycle: Lifecycle) -> None:
    """Each thing taken is given by exactly one stage, or comes from outside."""
    drawn = flow(lifecycle)
    for position, stage in enumerate(drawn.stages):
        for thing in stage.takes:
            given = [e for e in drawn.edges if (e.taker, e.thing) == (position, thing)]
            assert len(given) == (thing not in OUTSIDE)


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_the_first_stage_leads_to_serving(lifecycle: Lifecycle) -> None:
    """A path of edges leads from the first stage to the one that serves."""
    drawn = flow(lifecycle)
    reached = {0}
    for _ in drawn.stages:
        reached |= {edge.taker for edge in drawn.edges if edge.giver in reached}
    assert [s.name for s in drawn.stages].index("serve") in reached


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_programmatic_access_closes_the_loop(lifecycle: Lifecycle) -> None:
    """There is a feedback loop if and only if a source brings new rows."""
    assert bool(flow(lifecycle).loops()) == (lifecycle.data_access == "programmatic")


def test_loops_of_the_patterns() -> None:
    """Open's loop leads back to people, adaptive's and dual's to the training agent."""
    runtime = {("evaluate", "runtime metrics"): ["train", "serve"]}
    assert loops("interactive") == {}
    assert loops("open") == {("evaluate", "serving evaluation"): ["experiment"]}
    assert loops("adaptive") == runtime
    assert loops("dual") == runtime


def test_groups() -> None:
    """Dual is grouped by its sub-groups, a joint lifecycle by who or what acts."""
    dual = [group.name for group in flow(PATTERNS["dual"].preset).groups]
    assert dual == ["research", "development", "production"]
    joint = {group.name for group in flow(PATTERNS["adaptive"].preset).groups}
    assert joint == {"people", "agents", "engine"}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_stages(pattern: str) -> None:
    """Each pattern has its own stages, in order."""
    assert [stage.name for stage in stages(PATTERNS[pattern].preset)] == STAGES[pattern]


def test_dual_production_follows_the_rest() -> None:
    """Dual's production has the stages that its other attributes have in a joint lifecycle."""
    for each in all_lifecycles():
        if pattern_name(each) == "dual":
            dual = [stage for stage in stages(each) if stage.side == "production"]
            joint = stages(replace(each, liaison="joint"))
            assert [s.does for s in dual] == [s.does for s in joint if s.side == "production"]
            assert [s.name for s in stages(each)][:7] == RESEARCH + DEVELOPMENT


@pytest.mark.parametrize("lifecycle", all_lifecycles(), ids=str)
def test_stages_over_all(lifecycle: Lifecycle) -> None:
    """One stage serves; without new rows none evaluates, without autonomy none trains by agent."""
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


def test_actors() -> None:
    """In interactive people do everything but serve; in adaptive an agent trains."""
    kinds = {stage.actor.kind for stage in stages(PATTERNS["interactive"].preset)}
    assert kinds == {"person", "engine"}
    (train,) = (stage for stage in stages(PATTERNS["adaptive"].preset) if stage.name == "train")
    assert train.actor.name == "training agent"
