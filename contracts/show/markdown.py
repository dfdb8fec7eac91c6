"""A page as Markdown, for a pull request or a terminal. Figures are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.report.page import Code, Collapsible, Facts, Note
from contracts.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.report.page import Page, Part


def markdown(page: Page) -> str:
    """Return a page as GitHub-flavoured Markdown.

    Source: https://github.github.com/gfm, tables.
    """
    blocks = [f"# {page.title}", *([page.lead] if page.lead else [])]
    for section in page.sections:
        blocks.append(f"## {section.title}")
        blocks += [text for piece in section.parts for text in _part(piece)]
    return "\n\n".join(blocks) + "\n"


def _part(piece: Part) -> Iterator[str]:
    """Yield the blocks of one part; none for a figure."""
    match piece:
        case Table():
            if piece.caption:
                yield piece.caption
            yield table(piece)
        case Facts():
            yield "\n".join(f"- {name}: {value}" for name, value in piece.items)
        case Code():
            yield f"```\n{piece.text}\n```"
        case Note():
            yield piece.text
        case Collapsible():
            yield f"**{piece.title}**"
            for inner in piece.parts:
                yield from _part(inner)


def table(piece: Table) -> str:
    r"""Return a table as Markdown, numbers on the right.

    >>> from contracts.report.table import Heading
    >>> print(table(Table(headings=(Heading(name="a|b"), Heading(name="n", kind="count")),
    ...                   rows=(("x", 1234),))))
    | a\|b | n |
    | --- | ---: |
    | x | 1,234 |
    """
    names = [heading.name for heading in piece.headings]
    rules = ["---:" if heading.numeric else "---" for heading in piece.headings]
    return "\n".join(_line(row) for row in (names, rules, *piece.texts()))


def _line(cells: Sequence[str]) -> str:
    escaped = (" ".join(cell.replace("|", "\\|").split()) for cell in cells)
    return f"| {' | '.join(escaped)} |"
