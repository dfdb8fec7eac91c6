"""A table as terminal text, by rich."""

from __future__ import annotations

import os
import sys
from io import StringIO
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from contracts.host.encoding import substitute_unencodable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.status import Status

    from contracts.report.table import Table


#: The width of text that no terminal shows: rich's own guess is too narrow for a table.
PIPED = 120


def console() -> Console:
    """Return what tasks print to: as wide as the terminal, or as a page where there is none.

    What stands in square brackets is text, as everything else: no markup. What the output's
    encoding lacks is spelt in what it has.
    """
    substitute_unencodable(sys.stdout)
    shown = Console(markup=False)
    if not shown.is_terminal and "COLUMNS" not in os.environ:
        shown.width = PIPED
    return shown


def status_updater(status: Status) -> Callable[[str], None]:
    """Return what shows each step letter for letter, though a status by itself reads markup."""
    return lambda step: status.update(Text(step))


def table_text(table: Table, *, width: int, styles: Mapping[str, str], coloured: bool) -> str:
    """Return a table as text of a width.

    Args:
        table: What is shown.
        width: Columns of the terminal.
        styles: Colours by the cell that has them.
        coloured: Whether the terminal shows colours.
    """
    written = StringIO()
    shown = Console(
        file=written,
        width=width,
        force_terminal=coloured,
        color_system="standard" if coloured else None,
        no_color=not coloured,
    )
    shown.print(rich_table(table, styles=styles))
    # What pads a line to the width is no text.
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def rich_table(table: Table, *, styles: Mapping[str, str] | None = None) -> RichTable:
    """Return a table as something rich prints: numbers on the right, a total under a rule.

    Args:
        table: What is shown.
        styles: Colours by the cell that has them.
    """
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
            no_wrap=heading.kind == "interval",
            overflow="fold",  # a narrow terminal breaks words: what is cut off is lost
        )
    rows = table.texts()
    for number, row in enumerate(rows, start=1):
        if table.total and number == len(rows):
            drawn.add_section()
        # Text, not str: a cell with square brackets is no markup.
        drawn.add_row(*(Text(cell, style=(styles or {}).get(cell, "")) for cell in row))
    return drawn
