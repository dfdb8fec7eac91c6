"""A table as data: a page shows it as HTML, a terminal as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The text of a cell without a value.
NOTHING = "\N{EN DASH}"
#: From here on the digits after the point of a number mean nothing to a reader.
WHOLE = 10_000
#: From here on two are enough of a score.
HUNDREDS = 100
#: Below it four digits after the point show too little of a score.
SMALL = 0.01

Kind = Literal["text", "count", "number", "share", "interval", "badge", "name", "measure"]
#: How a badge is coloured.
Tone = Literal["good", "bad", "open", "quiet"]


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """A column's name and how its cells are written.

    Args:
        name: The text above the column.
        kind: ``count`` and ``number`` are numbers, ``share`` is a part of one shown in percent,
            ``measure`` is a number of any scale, whose ``digits`` are the significant ones,
            ``interval`` is ``(value, low, high)``, ``badge`` is ``(text, tone)``, ``name`` is text
            that is not broken into lines, anything else is text.
        digits: Digits after the point of a number, a share or an interval; of a measure, all.
        spare: Whether a terminal that is too narrow does without the column: the highest number
            goes first; 0 stays.
    """

    name: str
    kind: Kind = "text"
    digits: int = 4
    spare: int = 0

    @property
    def numeric(self) -> bool:
        """Whether the cells are aligned on the right."""
        return self.kind not in {"text", "badge", "name"}


def text_headings(*names: str) -> tuple[Heading, ...]:
    """Return the headings of columns of text."""
    return tuple(Heading(name=name) for name in names)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under headings.

    Args:
        headings: One a column.
        rows: Cells in the headings' order; ``None`` and NaN are shown as a dash.
        caption: What the table shows, in a sentence.
        total: Whether the last row is the total of the others.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]
    caption: str = ""
    total: bool = False

    def only(self, columns: Sequence[int], *, caption: str) -> Table:
        """Return the table with some of its columns alone, under another caption."""
        return msgspec.structs.replace(
            self,
            headings=tuple(self.headings[each] for each in columns),
            rows=tuple(tuple(row[each] for each in columns) for row in self.rows),
            caption=caption,
        )

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """Return the text of every cell."""
        return tuple(
            tuple(
                cell_text(cell, heading) for cell, heading in zip(row, self.headings, strict=True)
            )
            for row in self.rows
        )


def cell_text(cell: Any, heading: Heading) -> str:
    """Return the text of a cell.

    >>> cell_text(12345, Heading(name="events", kind="count"))
    '12,345'
    >>> cell_text((0.5, 0.4, 0.6), Heading(name="log-loss", kind="interval", digits=2))
    '0.50 [0.40, 0.60]'
    >>> [cell_text(x, Heading(name="", kind="measure", digits=3)) for x in (0.0234, 1250, 7.5e6)]
    ['0.0234', '1,250', '7,500,000']
    >>> [cell_text(x, Heading(name="mae", kind="number")) for x in (0.5243, 999.5, 92950.9084)]
    ['0.5243', '999.5000', '92,951']
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return NOTHING
    match heading.kind:
        case "count":
            return f"{int(cell):,}"
        case "number" | "measure":
            measured = heading.kind == "measure"
            digits = heading.digits if measured else _digits(heading, cell)
            return (significant if measured else _fixed)(cell, digits)
        case "share":
            return f"{cell:.{heading.digits}%}"
        case "interval":
            value, low, high = (_fixed(part, _digits(heading, *cell)) for part in cell)
            return f"{value} [{low}, {high}]"
        case kind:
            return str(cell[0] if kind == "badge" else cell)


def score_digits(*scores: float) -> int:
    """Return how many digits after the point show scores beside each other.

    Four; more where all of them are so small that those would show nothing, and fewer where one is
    so large that they would mean nothing.

    >>> score_digits(0.5243, 0.0041), score_digits(1.2e-6, 3e-7), score_digits()
    (4, 9, 4)
    >>> score_digits(54.2985), score_digits(2663.2, 999.5), score_digits(2663.2, 20589.0)
    (4, 2, 0)
    """
    largest = max((abs(score) for score in scores if math.isfinite(score)), default=0.0)
    if largest >= HUNDREDS:
        return 0 if largest >= WHOLE else 2
    return 4 if largest >= SMALL or not largest else 3 - math.floor(math.log10(largest))


def score_text(score: float, *beside: float) -> str:
    """Return a score in a sentence, with digits enough to tell it from those beside it.

    >>> score_text(0.52431), score_text(1.2e-6), score_text(3e-7, 1.2e-6)
    ('0.5243', '0.000001200', '0.000000300')
    """
    return f"{score:.{score_digits(score, *beside)}f}"


def signed(number: float) -> str:
    """Return a difference with its sign.

    >>> signed(0.25), signed(-19599.0978), signed(-1e-11)
    ('+0.2500', '-19,599', '0.0000')
    """
    text = cell_text(number, Heading(name="", kind="number"))
    return f"+{text}" if number > 0 and text.strip("0.") else text


def significant(number: float, digits: int) -> str:
    """Return a number with so many significant digits, and all of those before the point.

    >>> significant(760.4, 2), significant(0.012345, 3), significant(23456.7, 4)
    ('760', '0.0123', '23,457')
    """
    if number == 0 or not math.isfinite(number):
        return f"{number + 0.0:g}"
    after = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    whole, point, part = _fixed(number, after).partition(".")
    part = part.rstrip("0")
    return f"{whole}{point}{part}" if part else whole


def _digits(heading: Heading, *numbers: float) -> int:
    """Return how many digits stand after the point: none where five stand before it."""
    return 0 if any(abs(each) >= WHOLE for each in numbers) else heading.digits


def _fixed(number: float, digits: int) -> str:
    """Return a number with this many digits; one that rounds to zero has no sign."""
    return f"{round(number, digits) + 0.0:,.{digits}f}"
