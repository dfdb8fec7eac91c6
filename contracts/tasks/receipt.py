"""How a task says what it made: on the terminal, and as a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.report.page import Head, Page, Section, installed_versions
from contracts.report.table import Heading, Table
from contracts.report.terminal import console
from contracts.report.write import write_report

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def receipt(request: Request, config: Contracts, title: str, made: dict[str, Any]) -> None:
    """Print what was made, and write it down as a report.

    Printed first: what was made is made, whether or not its report can be written.
    """
    shown = Table(headings=(Heading(name=""), Heading(name="")), rows=tuple(_flat(made)))
    page = Page(
        title=title,
        head=head(request, config),
        sections=(Section(title="What was made", parts=(shown,)),),
    )
    screen = console()
    for name, value in shown.rows:
        screen.print(f"{name:28} {value}", highlight=False, soft_wrap=True)
    written = write_report(page, made, Path(config.paths.output))
    screen.print(f"report: {written}", highlight=False, soft_wrap=True)


def _flat(plain: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and values of what was made, those inside it too."""
    for name, value in plain.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, f"{value:,}" if type(value) is int else str(value)
