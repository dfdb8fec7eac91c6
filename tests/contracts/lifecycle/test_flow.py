"""What joins the stages, and both drawings of it."""

from __future__ import annotations

import re
import unicodedata

import pytest

from contracts.lifecycle import PATTERNS, Lifecycle, classify, every
from contracts.lifecycle.drawing import draw
from contracts.lifecycle.flow import flow
from contracts.lifecycle.mermaid import mermaid
from contracts.lifecycle.stages import OUTSIDE

RUNS = [each for each in every() if classify(each).verdict != "refused"]
NODE = re.compile(r'^ +(\w+)(?:\["[^"]+"\]|\(\["[^"]+"\]\))$')
SUBGRAPH = re.compile(r'^  subgraph (\w+)\["[^"]+"\]$')
EDGE = re.compile(r'^  (\w+) (?:-->|-\.->)(?:\|"[^"]+"\|)? (\w+)$')


def loops(pattern: str) -> dict[tuple[str, str], list[str]]:
    """Return a pattern's loops by the names of their stages."""
    way = flow(PATTERNS[pattern].preset)
    return {
        (way.stages[giver].name, thing): [way.stages[taker].name for taker in takers]
        for (giver, thing), takers in way.loops().items()
    }


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_nothing_from_nowhere(lifecycle: Lifecycle) -> None:
    """Each thing taken is given by exactly one stage, or comes from outside."""
    way = flow(lifecycle)
    for position, stage in enumerate(way.stages):
        for thing in stage.takes:
            given = [e for e in way.edges if (e.taker, e.thing) == (position, thing)]
            assert len(given) == (thing not in OUTSIDE)


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_all_leads_to_serving(lifecycle: Lifecycle) -> None:
    """From the first stage a way leads to the one that serves."""
    way = flow(lifecycle)
    reached = {0}
    for _ in way.stages:
        reached |= {edge.taker for edge in way.edges if edge.giver in reached}
    assert [s.name for s in way.stages].index("serve") in reached


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_increments_close_the_loop(lifecycle: Lifecycle) -> None:
    """There is a feedback loop if and only if data come by increments."""
    assert bool(flow(lifecycle).loops()) == (lifecycle.data_access == "programmatic")


def test_loops_of_the_patterns() -> None:
    """Open's loop passes through people, adaptive's and dual's through the training agent."""
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


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_mermaid_is_well_formed(lifecycle: Lifecycle) -> None:
    """Every line parses, subgraphs balance, ids are unique, and edges join declared nodes."""
    head, *rest = mermaid(flow(lifecycle)).splitlines()
    assert head == "flowchart TD"
    nodes: list[str] = []
    ends: set[str] = set()
    depth = 0
    for line in rest:
        if opened := SUBGRAPH.match(line):
            depth += 1
            nodes.append(opened[1])
        elif line == "  end":
            depth -= 1
        elif joined := EDGE.match(line):
            ends |= {joined[1], joined[2]}
        else:
            declared = NODE.match(line)
            assert declared, line
            nodes.append(declared[1])
        assert depth in {0, 1}
    assert depth == 0
    assert len(nodes) == len(set(nodes))
    assert ends <= set(nodes)


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_drawing_fits(lifecycle: Lifecycle) -> None:
    """The drawing fits 100 columns, in characters one column wide, each stage in it in order."""
    text = draw(flow(lifecycle))
    assert max(map(len, text.splitlines())) <= 100
    assert not {c for c in text if unicodedata.east_asian_width(c) in "WF"}
    places = [
        text.index(f"{number:2}  {stage.name} · {stage.actor.name}")
        for number, stage in enumerate(flow(lifecycle).stages, start=1)
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("lifecycle", RUNS, ids=str)
def test_drawing_closes_its_lines(lifecycle: Lifecycle) -> None:
    """Wherever a line leads out of a cell on a rail, the next cell leads back."""
    ways = {
        "│": "ud",
        "─": "lr",
        "┐": "dl",
        "┘": "ul",
        "┤": "udl",
        "┴": "ulr",
        "┬": "dlr",
        "┼": "udlr",
    }
    steps = {"u": (-1, 0, "d"), "d": (1, 0, "u"), "l": (0, -1, "r"), "r": (0, 1, "l")}
    rails = [line[83:] for line in draw(flow(lifecycle)).partition("\n\n")[0].splitlines()]
    cells = {
        (row, column): ways[mark]
        for row, rail in enumerate(rails)
        for column, mark in enumerate(rail)
        if mark != " "
    }
    for (row, column), leads in cells.items():
        for way in leads:
            down, right, back = steps[way]
            if column + right >= 0:
                assert back in cells[row + down, column + right]


def test_drawing_without_feedback_says_so() -> None:
    """Where nothing is fed back, the drawing says what that means."""
    assert "no feedback: " in draw(flow(PATTERNS["interactive"].preset))


def test_refused_has_no_drawing() -> None:
    """A refused combination has no flow to draw."""
    refused = next(each for each in every() if classify(each).verdict == "refused")
    assert draw(flow(refused)) == ""
    assert mermaid(flow(refused)) == ""
