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
from contracts.report.terminal import console, rich_table
from contracts.report.write import write_report
from contracts.show.document import data, page
from contracts.show.markdown import markdown
from contracts.tasks.chosen import chosen
from contracts.tasks.receipt import head
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.report.page import Page, Part

FILE = "contract.md"
#: What marks a word as code, in Markdown and on a page.
CODE = "`"


class Options(Closed, frozen=True, kw_only=True):
    """Which version; ``draft`` is research's, and where that lies."""

    version: VersionText
    draft_folder: str


def show(request: Request) -> None:
    """Print a contract, and write it as Markdown and as HTML."""
    config = request.settings(Contracts)
    asked, output = options(config.task, Options), Path(config.paths.output)
    contract = chosen(config, asked.version, draft_folder=asked.draft_folder)
    shown = page(contract, head(request, config))
    written = write_report(shown, data(contract), output)
    write_file(output / FILE, markdown(shown).encode())
    screen = console()
    _print(shown, screen)
    screen.print(f"report: {written}, {output / FILE}", highlight=False, soft_wrap=True)


def _print(shown: Page, screen: Console) -> None:
    screen.print(f"{shown.title}\n{shown.lead}", highlight=False)
    for section in shown.sections:
        screen.print(f"\n{section.title}", style="bold", highlight=False)
        for piece in section.parts:
            _print_part(piece, screen)


def _print_part(piece: Part, screen: Console) -> None:
    if isinstance(piece, Table):
        screen.print(rich_table(_plain(piece)))
    elif isinstance(piece, Facts):
        for name, value in piece.items:
            screen.print(f"{name:14} {value}", highlight=False)
    elif isinstance(piece, Note):
        screen.print(piece.text.replace(CODE, ""), highlight=False)


def _plain(table: Table) -> Table:
    """Return a table without the marks of code, which a terminal shows as they are."""
    rows = (
        tuple(each.replace(CODE, "") if isinstance(each, str) else each for each in row)
        for row in table.rows
    )
    return msgspec.structs.replace(table, rows=tuple(rows))
