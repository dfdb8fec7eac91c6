"""The drawings of a flow: in characters, and as Mermaid text."""

from __future__ import annotations

import re
import unicodedata

import pytest

from contracts.lifecycle import PATTERNS, Lifecycle, all_lifecycles, classify
from contracts.lifecycle.drawing import INNER, draw, mermaid
from contracts.lifecycle.flow import flow

RUNS = [each for each in all_lifecycles() if classify(each).verdict != "refused"]
NODE = re.compile(r'^ +(\w+)(?:\["[^"]+"\]|\(\["[^"]+"\]\))$')
SUBGRAPH = re.compile(r'^  subgraph (\w+)\["[^"]+"\]$')
EDGE = re.compile(r'^  (\w+) (?:-->|-\.->)(?:\|"[^"]+"\|)? (\w+)$')


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
    """The drawing fits 80 columns indented, of characters one column wide, each stage in order."""
    text = draw(flow(lifecycle))
    assert max(map(len, text.splitlines())) <= 78
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
    rails = [line[INNER + 5 :] for line in draw(flow(lifecycle)).partition("\n\n")[0].splitlines()]
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
    """Where nothing is fed back, the caption says what that means."""
    assert "no feedback: " in draw(flow(PATTERNS["interactive"].preset))


def test_a_refused_combination_has_no_drawing() -> None:
    """A refused combination has no flow to draw."""
    refused = next(each for each in all_lifecycles() if classify(each).verdict == "refused")
    assert draw(flow(refused)) == ""
    assert mermaid(flow(refused)) == ""
