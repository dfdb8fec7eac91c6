"""What `task=new` shows: one table of the columns, what decided, and what is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.report.page import Code, Note, Page, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.report.page import Head
    from research.new.findings import TableFindings
    from research.new.inputs import Seen

#: How long a column's name is in the table.
NAME = 22


def columns_table(findings: TableFindings) -> Table:
    """Return the table of the columns, which fits 80 columns of a terminal."""
    return Table(
        headings=(
            Heading(name="column"),
            Heading(name="as"),
            Heading(name="distinct", kind="count"),
            Heading(name="null"),
            Heading(name="doubt"),
        ),
        rows=tuple(
            (
                _short(each.column, NAME),
                _as(each),
                each.distinct,
                f"{each.missing:.0%}" if each.missing else "",
                each.doubt,
            )
            for each in findings.columns
        ),
    )


def sentences(findings: TableFindings) -> Iterator[str]:
    """Yield what was decided, a sentence each."""
    asked, outcome = findings.asked, findings.outcome
    known = f"{asked.delay} later" if asked.delay else f"at {asked.arrived!r}"
    time = f"time is {asked.time!r}; outcomes are known {known}" if findings.timed else "no time"
    naming = repr(asked.id) if asked.id else "the row's number"
    whose = f", the key {asked.key!r}" if asked.key else ""
    yield f"{findings.rows:,} rows; {outcome.kind}, because {asked.target!r}: {outcome.rule}"
    yield f"{time}; the id is {naming}{whose}"


def page(
    findings: TableFindings, head: Head, *, text: str, implementation: str, doubts: Sequence[str]
) -> Page:
    """Return the page of what was found, of its file, and of production's implementation.

    Args:
        findings: What was found.
        head: What made the page.
        text: The product's file.
        implementation: What is said of production's implementation.
        doubts: What is doubtful of what the file promises.
    """
    decided = tuple(Note(text=each) for each in sentences(findings))
    return Page(
        title=f"The new product {findings.asked.name}",
        lead="What was found in the data, and what was made of it.",
        head=head,
        sections=(
            Section(
                title="The data",
                parts=(*decided, columns_table(findings), *_warnings(findings.doubts)),
            ),
            Section(
                title="Its file",
                parts=(Note(text=implementation), *_warnings(doubts), Code(text=text)),
            ),
        ),
    )


def _warnings(doubts: Sequence[str]) -> Iterator[Note]:
    return (Note(text=each, tone="warning") for each in doubts)


def _as(seen: Seen) -> str:
    """Return what a column is taken for: an input's kind, or another role, or both."""
    if seen.declared is None:
        return seen.role
    kind = seen.declared.kind
    return kind if seen.role == "input" else f"{seen.role}, {kind}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
