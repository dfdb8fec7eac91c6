"""A flow as Mermaid text, for a README, a report or https://mermaid.live."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.lifecycle.flow import Flow, Group


def mermaid(flow: Flow) -> str:
    """Return a Mermaid flowchart: a subgraph a group, dotted arrows for what is fed back.

    A flow without stages gives an empty text.
    """
    return "\n".join(_lines(flow)) + "\n" if flow.stages else ""


def _lines(flow: Flow) -> Iterator[str]:
    yield "flowchart TD"
    for thing in dict.fromkeys(thing for thing, _ in flow.arrivals()):
        yield f'  {thing}(["{thing}"])'
    for number, group in enumerate(_merged(flow)):
        yield f'  subgraph group{number}["{group[0].name}"]'
        for position in (position for run in group for position in run.positions):
            stage = flow.stages[position]
            yield f'    stage{position}["{position + 1} {stage.name}<br/>{stage.actor.name}"]'
        yield "  end"
    for edge in flow.edges:
        arrow = "-.->" if edge.back else "-->"
        yield f'  stage{edge.giver} {arrow}|"{edge.thing}"| stage{edge.taker}'
    for thing, position in flow.arrivals():
        yield f"  {thing} --> stage{position}"


def _merged(flow: Flow) -> list[list[Group]]:
    """Return the groups with those of one name together: a subgraph may not be torn in two."""
    merged: dict[str, list[Group]] = {}
    for group in flow.groups:
        merged.setdefault(group.name, []).append(group)
    return list(merged.values())
