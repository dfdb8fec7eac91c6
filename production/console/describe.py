"""A lifecycle's description on the terminal: what decides it, what it warns of, how it flows."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from contracts.lifecycle import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from contracts.lifecycle import LifecycleDescription

STYLES = {"coherent": "green", "anti_pattern": "yellow", "refused": "red"}
#: Of every line, whatever the terminal: what is piped stays the same.
WIDTH = 100
WORDS = {"coherent": "coherent", "anti_pattern": "anti-pattern", "refused": "refused"}


def render(description: LifecycleDescription, console: Console) -> None:
    """Print a description in 100 columns: the same text with colour, without, and piped."""
    for line in lines(description):
        console.print(line, soft_wrap=True, highlight=False)


def lines(description: LifecycleDescription) -> Iterator[Text]:
    """Yield the lines of a description."""
    yield _title(description)
    yield from _section("attributes", _attributes(description))
    yield from _section("refused because", _refusals(description))
    yield from _section("warnings", _bullets(description.warnings, "yellow"))
    yield from _section("next step", _bullets(filter(None, [description.advice])))
    yield from _section("cannot", _bullets(description.cannot))
    yield from _section("asks for", _bullets(_costs(description)))
    yield from _section("stages", _stages(description))
    yield from _section("flow", map(Text, description.text.splitlines()))
    yield from _section("flow, as Mermaid", map(Text, description.mermaid.splitlines()))


def _title(description: LifecycleDescription) -> Text:
    title = Text(description.name, style="bold")
    title.append(f"  {WORDS[description.verdict]}", style=STYLES[description.verdict])
    return title.append(f"  {description.summary}" if description.summary else "", style="not bold")


def _section(title: str, rows: Iterator[Text]) -> Iterator[Text]:
    """Yield a title and its rows; nothing when there are none."""
    for number, row in enumerate(rows):
        if not number:
            yield from (Text(), Text(title, style="bold"))
        yield _trimmed(Text("  ").append_text(row))


def _trimmed(row: Text) -> Text:
    row.rstrip()
    return row


def _attributes(description: LifecycleDescription) -> Iterator[Text]:
    for name, option in description.lifecycle.options():
        marks = [
            mark
            for mark, holds in (
                (_decides(description), name in description.deciding),
                ("set by you", name in description.fixed),
            )
            if holds
        ]
        row = Text(f"{name:16}").append(f"{option.name:18}", style="bold")
        yield row.append(", ".join(marks), style="dim")
        yield Text(f"{'':16}{option.summary}", style="dim")


def _decides(description: LifecycleDescription) -> str:
    if description.verdict == "refused":
        return "clashes"
    return "decides" if description.name in PATTERNS else "parts it from the nearest"


def _refusals(description: LifecycleDescription) -> Iterator[Text]:
    for reason in description.refusals:
        yield Text(f"{reason.attribute}={description.lifecycle.choice(reason.attribute)}", "red")
        yield Text(f"    {reason.why}")


def _bullets(entries: Iterable[str], style: str = "") -> Iterator[Text]:
    for entry in entries:
        for row in wrap(f"- {entry}", WIDTH - 2, subsequent_indent="  ", break_on_hyphens=False):
            yield Text(row, style=style)


def _costs(description: LifecycleDescription) -> Iterator[str]:
    options = description.lifecycle.options() if description.stages else ()
    return (f"{option.name}: {option.cost}" for _, option in options)


def _stages(description: LifecycleDescription) -> Iterator[Text]:
    dual = description.lifecycle.liaison == "dual"
    for number, stage in enumerate(description.stages, start=1):
        group = f"{stage.side:13}" if dual else ""
        actor = stage.actor.name if stage.actor.kind != "person" else f"{stage.actor.name} (person)"
        row = Text(f"{number:2}  {group}").append(f"{stage.name:22}", style="bold")
        yield row.append(actor)
        yield Text(f"    {stage.does}", style="dim")
