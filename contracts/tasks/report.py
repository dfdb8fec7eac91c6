"""What the reports of all tasks share: their head, and a table of what a task made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.report.page import Head, Page, Section, installed_versions
from contracts.report.table import Table, text_headings
from contracts.report.terminal import print_and_write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.config.entry import Request
    from contracts.tasks.settings import Contracts

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "onnxruntime", "pandera", "numpy")


def head(request: Request, config: Contracts) -> Head:
    """Return the head of a task's report."""
    return Head(
        product=config.product.name,
        task=config.task.name,
        command=request.command,
        versions=installed_versions(LIBRARIES),
    )


def report_facts(request: Request, config: Contracts, title: str, facts: Mapping[str, Any]) -> None:
    """Print the names and values of what a task made, and write them as its report."""
    rows = tuple(_flat(facts))
    table = Table(headings=text_headings("", ""), rows=rows)
    page = Page(
        title=title,
        head=head(request, config),
        sections=(Section(title="What was made", parts=(table,)),),
    )
    longest = max((len(name) for name, _ in rows), default=0)
    lines = (f"{name:{longest}}  {value}" for name, value in rows)
    print_and_write(page, facts, Path(config.paths.output), *lines)


def _flat(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield names and values, with those of nested dictionaries in their place."""
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, f"{value:,}" if type(value) is int else str(value)
