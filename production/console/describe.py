"""The task `describe`: what decides a lifecycle, what it warns of, how it flows."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import msgspec
from rich.text import Text

from contracts.lifecycle import PATTERNS, classify
from contracts.lifecycle import describe as lifecycle_description
from contracts.report.page import Code, Head, Note, Page, Section
from contracts.report.table import Heading, Table, text_headings
from contracts.report.terminal import console, say
from contracts.report.write import write_report
from production.settings import Production, chosen_attributes, declared_lifecycle, part_warnings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.lifecycle import LifecycleDescription

STYLES = {"coherent": "green", "anti_pattern": "yellow", "refused": "red"}
WORDS = {"coherent": "coherent", "anti_pattern": "anti-pattern", "refused": "refused"}
#: The width of every line, whatever the terminal: piped text stays the same.
WIDTH = 80


def describe(request: Request) -> None:
    """Print what a lifecycle is, why, and how it flows."""
    config, screen = request.settings(Production), console()
    declared = declared_lifecycle(config)
    # A refused combination has reasons enough, without warnings of its parts.
    warnings = () if classify(declared).verdict == "refused" else part_warnings(declared, config)
    description = lifecycle_description(declared, chosen_attributes(request), warnings=warnings)
    print_lines(description_lines(description), screen)
    head = Head(product=config.product.name, task="describe", command=request.command)
    page = description_page(description, head)
    save_report(page, msgspec.to_builtins(description), config, screen)


def print_lines(lines: Iterable[Text], screen: Console) -> None:
    """Print lines: the same text with colour, without, and piped."""
    for line in lines:
        screen.print(line, soft_wrap=True, highlight=False)


def save_report(page: Page, data: Mapping[str, Any], config: Production, screen: Console) -> None:
    """Write a report and print where it is."""
    report = write_report(page, data, Path(config.paths.output))
    say(screen, f"\nreport: {report}")


def description_page(description: LifecycleDescription, head: Head) -> Page:
    """Return a description as a page, with all that the terminal shows."""
    notes = [Note(text=text, tone="warning") for text in description.warnings]
    notes += [Note(text=f"{each.attribute}: {each.why}") for each in description.refusals]
    notes += [Note(text=description.advice)] if description.advice else []
    notes += [Note(text=f"It cannot: {what}.") for what in description.cannot]
    attributes = Table(
        headings=text_headings("attribute", "option", "what it means", ""),
        rows=tuple(
            (name, option.name, option.summary, "decides" if name in description.deciding else "")
            for name, option in description.lifecycle.options()
        ),
    )
    names = ("stage", "who", "kind", "does")
    stages = Table(
        headings=(Heading(name="", kind="count"), *text_headings(*names)),
        rows=tuple(
            (number, stage.name, stage.actor.name, stage.actor.kind, stage.does)
            for number, stage in enumerate(description.stages, start=1)
        ),
    )
    flow = Section(title="Stages", parts=(stages, Code(text=description.text)))
    return Page(
        title=f"The {description.name} lifecycle",
        lead=description.summary,
        head=head,
        sections=(
            Section(title="Attributes", parts=(attributes, *notes)),
            *([flow] if description.stages else []),
            Section(title="As Mermaid", parts=(Code(text=description.mermaid),)),
        ),
    )


def description_lines(description: LifecycleDescription) -> Iterator[Text]:
    """Yield the lines of a description for the terminal, at most `WIDTH` wide."""
    yield _title(description)
    yield from _wrapped(description.summary, 0)
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
    return title.append(f"  {WORDS[description.verdict]}", style=STYLES[description.verdict])


def _section(title: str, rows: Iterator[Text]) -> Iterator[Text]:
    """Yield a title and its rows; nothing when there are none."""
    for number, row in enumerate(rows):
        if not number:
            yield from (Text(), Text(title, style="bold"))
        line = Text("  ").append_text(row)
        line.rstrip()
        yield line


def _attributes(description: LifecycleDescription) -> Iterator[Text]:
    if description.verdict == "refused":
        decides = "clashes"
    else:
        decides = "decides" if description.name in PATTERNS else "parts it from the nearest"
    for name, option in description.lifecycle.options():
        marks = [decides] if name in description.deciding else []
        marks += ["set by you"] if name in description.fixed else []
        row = Text(f"{name:16}").append(f"{option.name:18}", style="bold")
        yield row.append(", ".join(marks), style="dim")
        yield from _wrapped(option.summary, 16, style="dim")


def _refusals(description: LifecycleDescription) -> Iterator[Text]:
    for reason in description.refusals:
        yield Text(f"{reason.attribute}={description.lifecycle.choice(reason.attribute)}", "red")
        yield from _wrapped(reason.why, 4)


def _bullets(entries: Iterable[str], style: str = "") -> Iterator[Text]:
    for entry in entries:
        yield from _wrapped(f"- {entry}", 0, hanging=2, style=style)


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
        yield from _wrapped(stage.does, 4, style="dim")


def _wrapped(text: str, indent: int, *, hanging: int = 0, style: str = "") -> Iterator[Text]:
    """Yield the rows of a sentence that stands in a section, which indents it by two more."""
    first, others = " " * indent, " " * (indent + hanging)
    for row in wrap(
        text, WIDTH - 2, initial_indent=first, subsequent_indent=others, break_on_hyphens=False
    ):
        yield Text(row, style=style)
