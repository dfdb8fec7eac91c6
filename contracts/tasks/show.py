"""The task `show`: one version of a contract as a document for a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config import options
from contracts.config.product import VersionText
from contracts.config.settings import Closed
from contracts.host.durable import write_file
from contracts.report.page import Facts, Note
from contracts.report.table import Table
from contracts.report.terminal import console, rich_table, say
from contracts.report.write import write_report
from contracts.show.document import data, page
from contracts.show.markdown import markdown
from contracts.tasks.report import head
from contracts.tasks.settings import Contracts, named_contract

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.report.page import Page, Part

FILE = "contract.md"
#: What marks a word as code, in Markdown and on a page.
CODE = "`"


class ShowOptions(Closed, frozen=True, kw_only=True):
    """Which version is shown; ``draft`` is research's, and where that is."""

    version: VersionText
    draft_folder: str


def show(request: Request) -> None:
    """Print a contract, and write it as Markdown and as HTML."""
    config = request.settings(Contracts)
    choices, output = options(config.task, ShowOptions), Path(config.paths.output)
    contract = named_contract(config, choices.version, draft_folder=choices.draft_folder)
    document = page(contract, head(request, config))
    report = write_report(document, data(contract), output)
    write_file(output / FILE, markdown(document).encode())
    screen = console()
    _print(document, screen)
    say(screen, f"report: {report}, {output / FILE}")


def _print(document: Page, screen: Console) -> None:
    screen.print(f"{document.title}\n{document.lead}", highlight=False)
    for section in document.sections:
        screen.print(f"\n{section.title}", style="bold", highlight=False)
        for part in section.parts:
            _print_part(part, screen)


def _print_part(part: Part, screen: Console) -> None:
    if isinstance(part, Table):
        screen.print(rich_table(_without_marks(part)))
    elif isinstance(part, Facts):
        for name, value in part.items:
            screen.print(f"{name:14} {value}", highlight=False)
    elif isinstance(part, Note):
        screen.print(part.text.replace(CODE, ""), highlight=False)


def _without_marks(table: Table) -> Table:
    """Return a table without the marks of code, which a terminal would show."""
    rows = (
        tuple(cell.replace(CODE, "") if isinstance(cell, str) else cell for cell in row)
        for row in table.rows
    )
    return msgspec.structs.replace(table, rows=tuple(rows))
