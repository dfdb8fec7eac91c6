"""Draws a flow: in characters for a terminal, and as Mermaid text for a README or a report."""

from __future__ import annotations

from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.lifecycle.flow import Flow, Group

#: Columns inside a box. Its frame takes four more, which leaves two rails within 78 columns.
INNER = 67
#: The sides on which a cell has a line (up, down, left, right), and the character that draws it.
LINES = {
    "ud": "│",
    "lr": "─",
    "dl": "┐",
    "ul": "┘",
    "udl": "┤",
    "ulr": "┴",
    "dlr": "┬",
    "udlr": "┼",
}
#: Columns between two rails.
RAIL = 3


def mermaid(flow: Flow) -> str:
    """Return a Mermaid flowchart: a subgraph a group, dotted arrows for what is fed back.

    Source: https://mermaid.js.org/syntax/flowchart.html. A flow without stages gives an empty text.
    """
    return "\n".join(_mermaid_lines(flow)) + "\n" if flow.stages else ""


def draw(flow: Flow) -> str:
    """Return a drawing in characters: groups as boxes, what is fed back on rails at their right.

    It is at most 78 columns wide, which leaves room to indent it, and readable without colour;
    empty without stages.
    """
    if not flow.stages:
        return ""
    rows, places = _boxes(flow)
    rails = _rails(flow, places)
    lines = (f"{row:{INNER + 4}}{rails.get(number, '')}" for number, row in enumerate(rows))
    return "\n".join([*(line.rstrip() for line in lines), "", *_captions(flow)]) + "\n"


def _mermaid_lines(flow: Flow) -> Iterator[str]:
    yield "flowchart TD"
    for thing in dict.fromkeys(thing for thing, _ in flow.arrivals()):
        yield f'  {thing}(["{thing}"])'
    # Groups of one name share a subgraph: a subgraph cannot be split in two.
    for number, name in enumerate(dict.fromkeys(group.name for group in flow.groups)):
        yield f'  subgraph group{number}["{name}"]'
        for position in (p for group in flow.groups if group.name == name for p in group.positions):
            stage = flow.stages[position]
            yield f'    stage{position}["{position + 1} {stage.name}<br/>{stage.actor.name}"]'
        yield "  end"
    for edge in flow.edges:
        arrow = "-.->" if edge.back else "-->"
        yield f'  stage{edge.giver} {arrow}|"{edge.thing}"| stage{edge.taker}'
    for thing, position in flow.arrivals():
        yield f"  {thing} --> stage{position}"


def _boxes(flow: Flow) -> tuple[list[str], list[int]]:
    """Return the rows of all boxes, and for each stage the number of its row."""
    rows: list[str] = []
    places: list[int] = []
    for group in flow.groups:
        if rows:
            rows += ["     │", "     ▼"]
        rows.append(f"╭─ {group.name} {'─' * (INNER - len(group.name) - 1)}╮")
        for begins, row in _box_rows(flow, group):
            if begins:
                places.append(len(rows))
            rows.append(f"│ {row:{INNER}} │")
        rows.append(f"╰{'─' * (INNER + 2)}╯")
    return rows, places


def _box_rows(flow: Flow, group: Group) -> Iterator[tuple[bool, str]]:
    """Yield the rows inside a group's box, and whether a stage begins there."""
    for position in group.positions:
        stage = flow.stages[position]
        if position != group.positions[0]:
            yield False, "   ↓"
        yield True, f"{position + 1:2}  {stage.name} · {stage.actor.name}"
        things = f"{', '.join(stage.takes)} → {', '.join(stage.gives)}".strip()
        for row in wrap(things, INNER - 6):
            yield False, f"      {row}"


def _rails(flow: Flow, places: list[int]) -> dict[int, str]:
    """Return the text right of each row: one rail for each thing that is fed back."""
    cells: dict[tuple[int, int], set[str]] = {}
    loops = sorted(flow.loops().items(), key=lambda loop: loop[0][0] - min(loop[1]))
    for number, ((giver, _), takers) in enumerate(loops, start=1):
        column = number * RAIL
        stops = sorted(places[position] for position in (*takers, giver))
        _trace(cells, [(row, column) for row in range(stops[0], stops[-1] + 1)], "du")
        for stop in stops:
            _trace(cells, [(stop, place) for place in range(column + 1)], "rl")
    heads = {places[position] for takers in flow.loops().values() for position in takers}
    return _rail_texts(cells, heads)


def _trace(cells: dict[tuple[int, int], set[str]], path: list[tuple[int, int]], sides: str) -> None:
    """Draw a straight line from cell to cell, through the two sides that face each other."""
    for here, there in pairwise(path):
        cells.setdefault(here, set()).add(sides[0])
        cells.setdefault(there, set()).add(sides[1])


def _rail_texts(cells: dict[tuple[int, int], set[str]], heads: set[int]) -> dict[int, str]:
    """Return the rails as text by row, with an arrow head in each row of ``heads``."""
    texts: dict[int, str] = {}
    for row, column in sorted(cells):
        sides = "".join(side for side in "udlr" if side in cells[row, column])
        character = LINES.get(sides, "─")
        if column == 0:
            character = "◀" if row in heads else "─"
        texts[row] = texts.get(row, "").ljust(column) + character
    return texts


def _captions(flow: Flow) -> list[str]:
    """Return what each rail carries, in words."""
    captions = [
        f"feedback: {thing}, from {giver + 1} {flow.stages[giver].name} back to "
        + ", ".join(f"{taker + 1} {flow.stages[taker].name}" for taker in takers)
        for (giver, thing), takers in flow.loops().items()
    ]
    return captions or ["no feedback: served predictions are never compared with their outcomes"]
