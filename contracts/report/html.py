"""A page as one self-contained HTML file: styles and pictures inline, nothing fetched."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from contracts.report.figure import Figure
from contracts.report.page import Code, Collapsible, Facts, Note
from contracts.report.plot.canvas import available
from contracts.report.plot.draw import picture
from contracts.report.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.report.page import Head, Page, Part
    from contracts.report.table import Heading

PICTURELESS = "Pictures are left out: pip install 'liaison-lifecycle[report]' brings them."
#: Longest word that is not broken, at its hyphens say.
WORD = 40
#: Longest text that stands beside others on a narrow page.
SENTENCE = 60


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
        for piece in shown(section.parts, drawn=drawn):
            number += figures(piece)
            yield part(piece, number=number, drawn=drawn)
        yield "</div>\n</section>"


def shown(parts: Iterable[Part], *, drawn: bool) -> Iterator[Part]:
    """Yield the parts that can be shown here."""
    return (piece for piece in parts if drawn or not isinstance(piece, Figure))


def figures(piece: Part) -> int:
    """Return how many figures a part holds."""
    if isinstance(piece, Collapsible):
        return sum(figures(each) for each in piece.parts)
    return int(isinstance(piece, Figure))


def part(piece: Part, *, number: int = 0, drawn: bool = True) -> str:
    """Return one part as HTML, its last figure with this number."""
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
        case Collapsible():
            return fold(piece, number=number, drawn=drawn)
        case Code():
            return f"<pre><code>{escape(piece.text)}</code></pre>"
        case Note():
            return f'<p class="note {piece.tone}">{marked(piece.text)}</p>'


def fold(piece: Collapsible, *, number: int, drawn: bool) -> str:
    """Return what is opened by its title."""
    number -= figures(piece)
    inside = []
    for each in shown(piece.parts, drawn=drawn):
        number += figures(each)
        inside.append(part(each, number=number, drawn=drawn))
    return (
        f"<details><summary>{marked(piece.title)}</summary>\n"
        f'<div class="parts">{"".join(inside)}</div></details>'
    )


def table(piece: Table) -> str:
    """Return a table as HTML, numbers on the right; a first column without a name heads rows."""
    first, *_ = piece.headings
    rows = [
        "".join(
            _cell(cell, given, heading, heads=heading is first and not heading.name)
            for cell, given, heading in zip(row, cells, piece.headings, strict=True)
        )
        for row, cells in zip(piece.texts(), piece.rows, strict=True)
    ]
    last = f"<tfoot><tr>{rows.pop()}</tr></tfoot>" if piece.total and rows else ""
    caption = f"<caption>{marked(piece.caption)}</caption>" if piece.caption else ""
    inside = "\n".join(f"<tr>{row}</tr>" for row in rows)
    head = "".join(map(_heading, piece.headings)) if any(h.name for h in piece.headings) else ""
    head = f"<thead><tr>{head}</tr></thead>" if head else ""
    kind = "table told" if _told(piece) else "table"
    return (
        f'<div class="{kind}"><table>{caption}{head}<tbody>\n{inside}\n</tbody>{last}</table></div>'
    )


def _told(piece: Table) -> bool:
    """Return whether rows end in a sentence about their names: a narrow page has it below them."""
    *names, sentence = piece.headings
    plain = sentence.kind == "text" and not any(heading.numeric for heading in names)
    return len(names) > 1 and plain and any(len(row[-1]) > SENTENCE for row in piece.texts())


def _heading(heading: Heading) -> str:
    """Return what stands above a column; nothing is no header to be read out."""
    if not heading.name:
        return "<td></td>"
    return f'<th scope="col" class="{_side(heading, heading.name)}">{escape(heading.name)}</th>'


def _cell(shown: str, given: Any, heading: Heading, *, heads: bool) -> str:
    inside = f'class="{_side(heading, shown)}">{badge(shown, given, heading)}'
    return f'<th scope="row" {inside}</th>' if heads else f"<td {inside}</td>"


def _side(heading: Heading, shown: str) -> str:
    """Return the class of a cell: a number, a word or name that stays on a line, text."""
    if heading.numeric:
        return "n"
    word = len(shown) <= WORD and " " not in shown
    return "w" if word or heading.kind == "name" else "t"


def badge(shown: str, cell: Any, heading: Heading) -> str:
    """Return a cell's text as HTML, coloured by its tone where it is a badge."""
    if heading.kind != "badge" or cell is None:
        return marked(shown)
    return f'<span class="badge {cell[1]}">{marked(shown)}</span>'


def marked(text: str) -> str:
    """Return text as HTML, what stands between backticks as code.

    >>> marked("`a<b` holds")
    '<code>a&lt;b</code> holds'
    """
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(pieces))
