"""A flow as a drawing for the terminal: groups as boxes, what is fed back on rails at the right."""

from __future__ import annotations

from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.lifecycle.flow import Flow, Group

#: Columns inside a box. Its frame takes four more, which leaves six rails within 100 columns.
INNER = 78
#: Which way the lines of a cell lead (up, down, left, right), and the character that shows it.
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
RAIL = 3


def draw(flow: Flow) -> str:
    """Return a drawing at most 100 columns wide, readable without colour; empty without stages."""
    if not flow.stages:
        return ""
    rows, places = _boxes(flow)
    rails = _rails(flow, places)
    lines = (row.ljust(INNER + 4) + rail if rail else row for row, rail in _joined(rows, rails))
    return "\n".join([*(line.rstrip() for line in lines), "", *_captions(flow)]) + "\n"


def _boxes(flow: Flow) -> tuple[list[str], list[int]]:
    """Return the rows of all boxes, and for each stage the row it stands in."""
    rows: list[str] = []
    places: list[int] = []
    for group in flow.groups:
        if rows:
            rows += ["     │", "     ▼"]
        rows.append(f"╭─ {group.name} {'─' * (INNER - len(group.name) - 1)}╮")
        for stage, row in _contents(flow, group):
            if stage:
                places.append(len(rows))
            rows.append(f"│ {row:{INNER}} │")
        rows.append(f"╰{'─' * (INNER + 2)}╯")
    return rows, places


def _contents(flow: Flow, group: Group) -> Iterator[tuple[bool, str]]:
    """Yield the rows inside a group's box, and whether a stage begins there."""
    for position in group.positions:
        stage = flow.stages[position]
        if position != group.positions[0]:
            yield False, "   ↓"
        yield True, f"{position + 1:2}  {stage.name} · {stage.actor.name}"
        passage = f"{', '.join(stage.takes)} → {', '.join(stage.gives)}".strip()
        for row in wrap(passage, INNER - 6):
            yield False, f"      {row}"


def _rails(flow: Flow, places: list[int]) -> dict[int, str]:
    """Return what stands right of each row: one rail for each thing that is fed back."""
    cells: dict[tuple[int, int], set[str]] = {}
    loops = sorted(flow.loops().items(), key=lambda loop: loop[0][0] - min(loop[1]))
    for number, ((giver, _), takers) in enumerate(loops, start=1):
        column = number * RAIL
        stops = sorted(places[position] for position in (*takers, giver))
        _trace(cells, [(row, column) for row in range(stops[0], stops[-1] + 1)], "du")
        for stop in stops:
            _trace(cells, [(stop, place) for place in range(column + 1)], "rl")
    heads = {places[position] for takers in flow.loops().values() for position in takers}
    return _drawn(cells, heads)


def _trace(cells: dict[tuple[int, int], set[str]], path: list[tuple[int, int]], ways: str) -> None:
    """Draw a straight line from cell to cell: ``ways`` leads onwards, then back."""
    for here, there in pairwise(path):
        cells.setdefault(here, set()).add(ways[0])
        cells.setdefault(there, set()).add(ways[1])


def _drawn(cells: dict[tuple[int, int], set[str]], heads: set[int]) -> dict[int, str]:
    drawn: dict[int, str] = {}
    for row, column in sorted(cells):
        ways = "".join(way for way in "udlr" if way in cells[row, column])
        character = LINES.get(ways, "─")
        if column == 0:
            character = "◀" if row in heads else "─"
        drawn[row] = drawn.get(row, "").ljust(column) + character
    return drawn


def _joined(rows: Iterable[str], rails: dict[int, str]) -> Iterator[tuple[str, str]]:
    return ((row, rails.get(number, "")) for number, row in enumerate(rows))


def _captions(flow: Flow) -> list[str]:
    """Return what each rail carries, in words."""
    loops = [
        f"feedback: {thing}, from {giver + 1} {flow.stages[giver].name} back to "
        + ", ".join(f"{taker + 1} {flow.stages[taker].name}" for taker in takers)
        for (giver, thing), takers in flow.loops().items()
    ]
    return loops or ["no feedback: nothing that was served is ever set against its outcome"]
