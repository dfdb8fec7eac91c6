"""A page as one self-contained HTML file: styles and pictures inline, nothing fetched."""

from __future__ import annotations

from html import escape
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.host.controls import printable
from contracts.report.figure import Figure
from contracts.report.page import Code, Collapsible, Facts, Note
from contracts.report.plot.canvas import available
from contracts.report.plot.picture import picture
from contracts.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.report.page import Head, Page, Part
    from contracts.report.table import Heading

STYLES = Path(__file__).with_name("page.css")
NO_PICTURES = "Pictures are left out: pip install 'liaison-lifecycle[report]' brings them."
#: Longest word that is not broken, for example at its hyphens.
WORD = 40
#: Longest text that fits beside other cells on a narrow page.
SENTENCE = 60


def html(page: Page) -> str:
    """Return a page as HTML; without matplotlib it has its tables and names what is missing.

    Control characters of data are escaped: a browser may hide them, or let them reorder a line.
    """
    drawn = available()
    numbers = count(1) if drawn else None
    missing = [] if drawn else [_note(Note(text=NO_PICTURES, tone="warning"))]
    lines = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(page.title)}</title>",
        f"<style>\n{STYLES.read_text('utf-8')}</style>",
        "</head>\n<body>",
        *_header(page),
        *missing,
        "<main>",
        *_sections(page, numbers),
        "</main>",
        *_footer(page.head),
        "</body>\n</html>\n",
    )
    return printable("\n".join(lines))


def marked(text: str) -> str:
    """Return text as HTML, with text between backticks as code.

    >>> marked("`a<b` holds")
    '<code>a&lt;b</code> holds'
    """
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(pieces))


def _header(page: Page) -> Iterator[str]:
    """Yield the title, the lead, and links to the sections."""
    yield "<header>"
    yield f'<p class="kicker">{escape(page.head.product)} · {escape(page.head.task)}</p>'
    yield f"<h1>{escape(page.title)}</h1>"
    if page.lead:
        yield f'<p class="lead">{marked(page.lead)}</p>'
    if len(page.sections) > 1:
        links = (f'<a href="#s{n}">{escape(s.title)}</a>' for n, s in enumerate(page.sections))
        yield f"<nav>{' '.join(links)}</nav>"
    yield "</header>"


def _footer(head: Head) -> Iterator[str]:
    """Yield what made the page, and the command that makes it again."""
    yield "<footer>\n<dl>"
    if head.command:
        yield f"<dt>Repeat</dt><dd><code>{escape(head.command)}</code></dd>"
    if head.digest:
        yield f"<dt>Config digest</dt><dd><code>{escape(head.digest)}</code></dd>"
    if head.versions:
        names = ", ".join(f"{name} {number}" for name, number in sorted(head.versions.items()))
        yield f"<dt>Versions</dt><dd>{escape(names)}</dd>"
    yield "</dl>\n</footer>"


def _sections(page: Page, numbers: Iterator[int] | None) -> Iterator[str]:
    for place, section in enumerate(page.sections):
        yield f'<section id="s{place}">\n<h2>{escape(section.title)}</h2>\n<div class="parts">'
        yield from _parts(section.parts, numbers)
        yield "</div>\n</section>"


def _parts(parts: Iterable[Part], numbers: Iterator[int] | None) -> Iterator[str]:
    """Yield each part as HTML.

    Args:
        parts: The parts.
        numbers: The numbers of the page's figures from here on; None leaves figures out.
    """
    for part in parts:
        match part:
            case Table():
                yield _table(part)
            case Figure():
                if numbers is not None:
                    yield _figure(part, number=next(numbers))
            case Facts():
                items = (
                    f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
                    for name, value in part.items
                )
                yield f'<dl class="facts">{"".join(items)}</dl>'
            case Collapsible():
                yield (
                    f"<details><summary>{marked(part.title)}</summary>\n"
                    f'<div class="parts">{"".join(_parts(part.parts, numbers))}</div></details>'
                )
            case Code():
                yield f"<pre><code>{escape(part.text)}</code></pre>"
            case Note():
                yield _note(part)


def _note(note: Note) -> str:
    return f'<p class="note {note.tone}">{marked(note.text)}</p>'


def _figure(figure: Figure, *, number: int) -> str:
    label = escape(figure.caption, quote=True)
    svg = picture(figure, salt=f"figure-{number}")
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    caption = f"<figcaption>{marked(figure.caption)}</figcaption>"
    return f'<figure class="{figure.size}">\n{svg}\n{caption}\n</figure>'


def _table(table: Table) -> str:
    """Return a table, numbers on the right; a first column without a name contains row headers."""
    first, *_ = table.headings
    rows = [
        "".join(
            _cell(text, cell, heading, heads_row=heading is first and not heading.name)
            for text, cell, heading in zip(texts, cells, table.headings, strict=True)
        )
        for texts, cells in zip(table.texts(), table.rows, strict=True)
    ]
    foot = f"<tfoot><tr>{rows.pop()}</tr></tfoot>" if table.total and rows else ""
    caption = f"<caption>{marked(table.caption)}</caption>" if table.caption else ""
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    head = "".join(map(_heading, table.headings)) if any(h.name for h in table.headings) else ""
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    kind = "table stacked" if _stacks(table) else "table"
    return (
        f'<div class="{kind}"><table>{caption}{head}<tbody>\n{body}\n</tbody>{foot}</table></div>'
    )


def _stacks(table: Table) -> bool:
    """Return whether rows are names and a long sentence, which a narrow page puts below them."""
    *names, sentence = table.headings
    is_text = sentence.kind == "text" and not any(heading.numeric for heading in names)
    return len(names) > 1 and is_text and any(len(row[-1]) > SENTENCE for row in table.texts())


def _heading(heading: Heading) -> str:
    """Return the header of a column; one without a name is no header to be read out."""
    if not heading.name:
        return "<td></td>"
    return (
        f'<th scope="col" class="{_css_class(heading, heading.name)}">{escape(heading.name)}</th>'
    )


def _cell(text: str, cell: Any, heading: Heading, *, heads_row: bool) -> str:
    content = marked(text)
    if heading.kind == "badge" and cell is not None:
        content = f'<span class="badge {cell[1]}">{content}</span>'
    inside = f'class="{_css_class(heading, text)}">{content}'
    return f'<th scope="row" {inside}</th>' if heads_row else f"<td {inside}</td>"


def _css_class(heading: Heading, text: str) -> str:
    """Return ``n`` for a number, ``w`` for a word or name that stays on a line, ``t`` for text."""
    if heading.numeric:
        return "n"
    word = len(text) <= WORD and not {" ", "\n"} & {*text}
    return "w" if word or heading.kind == "name" else "t"
