"""Tables and lines on the terminal, by rich."""

from __future__ import annotations

import os
import sys
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.segment import Segment
from rich.status import Status
from rich.table import Table as RichTable
from rich.text import Text

from contracts.host.controls import printable
from contracts.host.encoding import substitute_unencodable
from contracts.report.table import Table
from contracts.report.verbosity import say_step
from contracts.report.write import write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from rich.console import ConsoleOptions, RenderableType

    from contracts.report.page import Page


#: Columns of output that is piped: enough for any table.
PIPED = 10_000
#: How `textwrap` leaves words as they are, paths and options among them.
IN_ONE_PIECE: dict[str, Any] = {
    "break_long_words": False,
    "break_on_hyphens": False,
    "replace_whitespace": False,
}


class Screen(Console):
    """A console that shows control characters of data instead of obeying them."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is printed, piece by piece: everything passes here, its style still apart."""
        for segment in super().render(renderable, options):
            if segment.control:  # of rich itself, which moves the cursor
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)

    def status(self, status: RenderableType, **options: Any) -> Status:
        """Return what shows a step while it lasts, and names it where ``-v`` asks for that."""
        say_step(str(status))
        return Steps(status, console=self, **options)


class Steps(Status):
    """Shows a step while it lasts, and names each where ``-v`` asks for that."""

    def update(self, status: RenderableType | None = None, **options: Any) -> None:
        """Show the next step."""
        if status is not None:
            say_step(str(status))
        super().update(status, **options)


def console() -> Console:
    """Return the console that tasks print to: as wide as the terminal, any width where piped.

    Text in square brackets is printed as it is, not taken for markup; control characters are
    escaped, and characters that the output's encoding lacks are substituted.
    """
    substitute_unencodable(sys.stdout)
    screen = Screen(markup=False)
    if not screen.is_terminal and "COLUMNS" not in os.environ:
        screen.width = PIPED
    return screen


def say(screen: Console, text: str, *, style: str = "") -> None:
    """Print a line: where it is longer than the terminal it goes on between two words.

    A word that is longer itself, such as a path, stays in one piece; piped, so does the line.
    """
    screen.print(_fitted(screen, text), style=style, highlight=False, soft_wrap=True)


def say_error(text: str) -> None:
    """Print what is wrong on standard error, as `say` does: a line set in goes on as far in."""
    screen = Screen(stderr=True)
    sys.stderr.write(f"{_fitted(screen, printable(text), inset='  ')}\n")


def _fitted(screen: Console, text: str, *, inset: str = "") -> str:
    """Return text whose lines are no longer than the terminal, where it is one.

    Args:
        screen: Where it is to be printed.
        text: One line or several.
        inset: What a line goes on with that begins with it.
    """
    if not screen.is_terminal:
        return text
    lines = (
        wrap(
            each,
            screen.width,
            subsequent_indent=inset if each.startswith(inset) else "",
            **IN_ONE_PIECE,
        )
        for each in text.split("\n")
    )
    return "\n".join("\n".join(each) for each in lines)


def print_and_write(page: Page, data: Mapping[str, Any], folder: Path, *shown: Table | str) -> Path:
    """Print lines and tables, write the report, print where it is, and return the HTML file.

    What is shown is printed first, so that it is seen even if the report cannot be written.

    Args:
        page: What a person reads.
        data: What a machine reads; see `write_report`.
        folder: Made where it is absent.
        shown: Tables and lines for the terminal.
    """
    screen = console()
    for each in shown:
        if isinstance(each, Table):
            screen.print(rich_table(each))
        else:
            say(screen, each)
    target = write_report(page, data, folder)
    say(screen, f"report: {target}")
    return target


def status_updater(status: Status) -> Callable[[str], None]:
    """Return a function that shows a step on a status as it is, not taken for markup."""
    return lambda step: status.update(Text(step))


def table_text(table: Table, *, width: int, styles: Mapping[str, str], coloured: bool) -> str:
    """Return a table as text of a given width.

    Args:
        table: The table.
        width: Columns of the terminal.
        styles: Colours by the text of a cell.
        coloured: Whether the terminal shows colours.
    """
    text = StringIO()
    screen = Screen(
        file=text,
        width=width,
        force_terminal=coloured,
        color_system="standard" if coloured else None,
        no_color=not coloured,
    )
    screen.print(rich_table(table, styles=styles))
    # rich pads lines to the width with spaces.
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def rich_table(table: Table, *, styles: Mapping[str, str] | None = None) -> RenderableType:
    """Return a table for rich to print: numbers on the right, a total under a rule.

    Where the terminal is too narrow it does without the columns that are spare, and says so.

    Args:
        table: The table.
        styles: Colours by the text of a cell.
    """
    return FittedTable(table, styles or {})


class FittedTable:
    """A table that leaves out spare columns where there is no room for them.

    Args:
        table: The table.
        styles: Colours by the text of a cell.
    """

    def __init__(self, table: Table, styles: Mapping[str, str]) -> None:
        self._table, self._styles = table, styles

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RichTable]:
        """Yield the table, as rich asks for it at the width of the console."""
        shown = _rich(self._table, self._styles)
        every = [*range(len(self._table.headings))]
        at = sorted((each for each in every if self._spare(each)), key=self._spare)
        while at and _width(shown, console) > options.max_width:
            every.remove(at.pop())
            left_out = [h.name for n, h in enumerate(self._table.headings) if n not in every]
            caption = f"{self._table.caption} Too narrow for {', '.join(left_out)}.".strip()
            shown = _rich(self._table.only(every, caption=caption), self._styles)
        yield shown

    def _spare(self, at: int) -> int:
        return self._table.headings[at].spare


def _width(table: RichTable, console: Console) -> int:
    """Return how many columns a table takes where no cell is broken into lines."""
    return Measurement.get(console, console.options.update(width=PIPED), table).maximum


def _rich(table: Table, styles: Mapping[str, str]) -> RichTable:
    """Return a table with all of its columns."""
    shown = RichTable(
        caption=Text(printable(table.caption)) if table.caption else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    for heading in table.headings:
        shown.add_column(
            Text(printable(heading.name)),
            justify="right" if heading.numeric else "left",
            no_wrap=heading.kind == "interval",
            overflow="fold",  # a narrow terminal breaks words, since text cut off would be lost
        )
    rows = table.texts()
    for number, row in enumerate(rows, start=1):
        if table.total and number == len(rows):
            shown.add_section()
        # Text, not str: square brackets in a cell are not markup. Escaped here, so that it fits.
        cells = (Text(printable(cell), style=styles.get(cell, "")) for cell in row)
        shown.add_row(*cells)
    return shown
