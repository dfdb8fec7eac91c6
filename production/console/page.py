"""A lifecycle's description, and the table of all of them, as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.lifecycle import ATTRIBUTES, all_lifecycles, classify, pattern_name
from contracts.report.page import Code, Note, Page, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from contracts.lifecycle import LifecycleDescription
    from contracts.report.page import Head, Part


def described(description: LifecycleDescription, head: Head) -> Page:
    """Return a description as a page; it says what the terminal says."""
    notes = [Note(text=text, tone="warning") for text in description.warnings]
    notes += [Note(text=f"{each.attribute}: {each.why}") for each in description.refusals]
    notes += [Note(text=description.advice)] if description.advice else []
    notes += [Note(text=f"It cannot: {what}.") for what in description.cannot]
    stages: list[Part] = [_stages(description), Code(text=description.text)]
    return Page(
        title=f"The {description.name} lifecycle",
        lead=description.summary,
        head=head,
        sections=(
            Section(title="Attributes", parts=(_attributes(description), *notes)),
            *([Section(title="Stages", parts=tuple(stages))] if description.stages else []),
            Section(title="As Mermaid", parts=(Code(text=description.mermaid),)),
        ),
    )


def listed(head: Head) -> Page:
    """Return the 32 combinations as a page."""
    rows = tuple(
        (
            classify(each).verdict.replace("_", "-"),
            *(each.choice(attribute) for attribute in ATTRIBUTES),
            pattern_name(each),
            "; ".join(reason.why for reason in classify(each).reasons),
        )
        for each in all_lifecycles()
    )
    headings = ("verdict", *ATTRIBUTES, "name", "because")
    table = Table(headings=tuple(Heading(name=word) for word in headings), rows=rows)
    return Page(
        title="What becomes of each combination",
        head=head,
        sections=(Section(title="Combinations", parts=(table,)),),
    )


def _attributes(description: LifecycleDescription) -> Table:
    rows = tuple(
        (name, option.name, option.summary, "decides" if name in description.deciding else "")
        for name, option in description.lifecycle.options()
    )
    words = ("attribute", "option", "what it means", "")
    return Table(headings=tuple(Heading(name=word) for word in words), rows=rows)


def _stages(description: LifecycleDescription) -> Table:
    rows = tuple(
        (at, stage.name, stage.actor.name, stage.actor.kind, stage.does)
        for at, stage in enumerate(description.stages, start=1)
    )
    return Table(
        headings=(
            Heading(name="", kind="count"),
            *(Heading(name=word) for word in ("stage", "who", "kind", "does")),
        ),
        rows=rows,
    )
