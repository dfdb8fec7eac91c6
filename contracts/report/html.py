"""A page as one self-contained HTML file: styles and pictures inline, nothing fetched."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from contracts.report.figure import Figure
from contracts.report.page import Code, Facts, Note
from contracts.report.plot.canvas import available
from contracts.report.plot.draw import picture
from contracts.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.report.page import Head, Page, Part, Section

PICTURELESS = "Pictures are left out: pip install 'liaison-lifecycle[report]' brings them."


def html(page: Page) -> str:
    """Return a page as HTML; without matplotlib it has its tables and says what is missing."""
    drawn = available()
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(page.title)}</title>",
            f"<style>\n{files('contracts.report').joinpath('page.css').read_text('utf-8')}</style>",
            "</head>\n<body>",
            *header(page),
            *([] if drawn else [part(Note(text=PICTURELESS, tone="warning"))]),
            "<main>",
            *body(page, drawn=drawn),
            "</main>",
            *footer(page.head),
            "</body>\n</html>\n",
        ]
    )


def header(page: Page) -> Iterator[str]:
    """Yield the title, the lead, and how to make the page again."""
    yield "<header>"
    yield f'<p class="kicker">{escape(page.head.product)} · {escape(page.head.task)}</p>'
    yield f"<h1>{escape(page.title)}</h1>"
    if page.lead:
        yield f'<p class="lead">{marked(page.lead)}</p>'
    if len(page.sections) > 1:
        links = (f'<a href="#s{n}">{escape(s.title)}</a>' for n, s in enumerate(page.sections))
        yield f"<nav>{' '.join(links)}</nav>"
    yield "</header>"


def footer(head: Head) -> Iterator[str]:
    """Yield what made the page."""
    yield "<footer>\n<dl>"
    if head.command:
        yield f"<dt>Repeat</dt><dd><code>{escape(head.command)}</code></dd>"
    if head.digest:
        yield f"<dt>Config digest</dt><dd><code>{escape(head.digest)}</code></dd>"
    if head.versions:
        named = ", ".join(f"{name} {number}" for name, number in sorted(head.versions.items()))
        yield f"<dt>Versions</dt><dd>{escape(named)}</dd>"
    yield "</dl>\n</footer>"


def body(page: Page, *, drawn: bool) -> Iterator[str]:
    """Yield the sections, figures numbered through the page."""
    number = 0
    for place, section in enumerate(page.sections):
        yield f'<section id="s{place}">\n<h2>{escape(section.title)}</h2>\n<div class="parts">'
        for piece in shown(section, drawn=drawn):
            number += isinstance(piece, Figure)
            yield part(piece, number=number)
        yield "</div>\n</section>"


def shown(section: Section, *, drawn: bool) -> Iterator[Part]:
    """Yield the parts of a section that can be shown here."""
    return (piece for piece in section.parts if drawn or not isinstance(piece, Figure))


def part(piece: Part, *, number: int = 0) -> str:
    """Return one part as HTML."""
    match piece:
        case Table():
            return table(piece)
        case Figure():
            label = escape(piece.caption, quote=True)
            svg = picture(piece, salt=f"figure-{number}")
            svg = svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
            caption = f"<figcaption>{marked(piece.caption)}</figcaption>"
            return f'<figure class="{piece.size}">\n{svg}\n{caption}\n</figure>'
        case Facts():
            items = (f"<div><dt>{escape(n)}</dt><dd>{escape(v)}</dd></div>" for n, v in piece.items)
            return f'<dl class="facts">{"".join(items)}</dl>'
        case Code():
            return f"<pre><code>{escape(piece.text)}</code></pre>"
        case Note():
            return f'<p class="note {piece.tone}">{marked(piece.text)}</p>'


def table(piece: Table) -> str:
    """Return a table as HTML, numbers on the right."""
    sides = ["n" if heading.numeric else "t" for heading in piece.headings]
    names = "".join(
        f'<th scope="col" class="{side}">{escape(heading.name)}</th>'
        for heading, side in zip(piece.headings, sides, strict=True)
    )
    rows = [
        "".join(
            f'<td class="{side}">{marked(cell)}</td>' for cell, side in zip(row, sides, strict=True)
        )
        for row in piece.texts()
    ]
    last = f"<tfoot><tr>{rows.pop()}</tr></tfoot>" if piece.total and rows else ""
    caption = f"<caption>{marked(piece.caption)}</caption>" if piece.caption else ""
    inside = "\n".join(f"<tr>{row}</tr>" for row in rows)
    head = f"<thead><tr>{names}</tr></thead>"
    return (
        f'<div class="table"><table>{caption}{head}<tbody>\n{inside}\n</tbody>{last}</table></div>'
    )


def marked(text: str) -> str:
    """Return text as HTML, what stands between backticks as code.

    >>> marked("`a<b` holds")
    '<code>a&lt;b</code> holds'
    """
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(pieces))
