"""A table as terminal text, by rich."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

if TYPE_CHECKING:
    from contracts.report.table import Table


#: The width of text that no terminal shows: rich's own guess is too narrow for a table.
PIPED = 120


def console() -> Console:
    """Return what tasks print to: as wide as the terminal, or as a page where there is none."""
    shown = Console()
    return shown if shown.is_terminal or "COLUMNS" in os.environ else Console(width=PIPED)


def terminal(table: Table) -> RichTable:
    """Return a table as something rich prints: numbers on the right, a total under a rule."""
    drawn = RichTable(
        caption=Text(table.caption) if table.caption else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for heading in table.headings:
        drawn.add_column(
            Text(heading.name),
            justify="right" if heading.numeric else "left",
            no_wrap=heading.numeric,
        )
    rows = table.texts()
    for number, row in enumerate(rows, start=1):
        if table.total and number == len(rows):
            drawn.add_section()
        # Text, not str: a cell with square brackets is no markup.
        drawn.add_row(*(Text(cell) for cell in row))
    return drawn
