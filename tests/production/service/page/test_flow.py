"""The lifecycle's flow, lit by who is at work."""

from __future__ import annotations

import pytest

from contracts.lifecycle import PATTERNS, stages
from production.service.page.flow import DrawnFlow, lit_flow
from production.service.page.traffic import TrafficWatch
from production.service.page.workers import Worker

ADAPTIVE = PATTERNS["adaptive"].preset
TRAINING = Worker(name="training", tone="good", word="alive")


def tones(drawn: DrawnFlow) -> dict[str, str]:
    """Return how each stage is lit."""
    return {each.name: each.tone for each in drawn.stages}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_is_the_flow_of_the_lifecycle(pattern: str) -> None:
    """Each stage, and each thing that is fed back to earlier ones."""
    lifecycle = PATTERNS[pattern].preset
    drawn = lit_flow(lifecycle, (), None)
    assert [each.name for each in drawn.stages] == [each.name for each in stages(lifecycle)]
    assert all(taker < loop.giver for loop in drawn.loops for taker in loop.takers)


def test_an_agent_is_lit_by_its_lease_and_the_engine_by_its_metrics() -> None:
    """People are not: what they did is done."""
    drawn = lit_flow(ADAPTIVE, (TRAINING,), TrafficWatch().look([]))
    lit = {name for name, tone in tones(drawn).items() if tone == "good"}
    assert lit == {"train", "serve"}
    assert set(tones(lit_flow(ADAPTIVE, (), None)).values()) == {"quiet"}
