import re

import pytest

from contracts.report import html as module
from contracts.report.figure import Line, Lines
from contracts.report.html import html
from contracts.report.page import (
    Code,
    Collapsible,
    Facts,
    Head,
    Note,
    Page,
    Section,
    installed_versions,
)
from contracts.report.table import Heading, Table

HEAD = Head(
    product="things",
    task="run",
    command="python -m production task=run",
    digest="c0ffee",
    versions={"numpy": "2"},
)
PAGE = Page(
    title="A <year> of things",
    lead="It was `good`.",
    head=HEAD,
    sections=(
        Section(
            title="Summary",
            parts=(
                Facts(items=(("events", "12"),)),
                Note(text="a & b", tone="warning"),
                Code(text="a → <b>"),
                Table(
                    headings=(Heading(name="what"), Heading(name="n", kind="count")),
                    rows=(("x", 1), ("all", 1)),
                    total=True,
                ),
            ),
        ),
        Section(
            title="Pictures",
            parts=(Lines(caption='say "hi"', series=(Line(name="l", x=[0, 1], y=[0, 1]),)),),
        ),
    ),
)


def test_page_fetches_nothing() -> None:
    """Styles and pictures are inline: no script, no link, no address but XML names."""
    written = html(PAGE)
    assert not re.search(r"<script|<link|<img|@import|src=", written)
    assert {"w3.org"} >= set(re.findall(r"https?://(?:www\.)?([\w.]+)", written))


def test_page_says_how_to_make_it_again() -> None:
    """Product, task, command, digest and versions are on the page."""
    written = html(PAGE)
    assert all(part in written for part in ("things", HEAD.command, HEAD.digest, "numpy 2"))


def test_text_is_escaped_and_code_is_marked() -> None:
    """Names from users are text, never markup."""
    written = html(PAGE)
    assert "A &lt;year&gt; of things" in written
    assert "a &amp; b" in written
    assert "a → &lt;b&gt;" in written
    assert "<code>good</code>" in written
    assert 'aria-label="say &quot;hi&quot;"' in written


def test_numbers_are_aligned_and_a_total_is_in_the_foot() -> None:
    """Numeric cells are on the right; the last row of a table with a total is its foot."""
    written = html(PAGE)
    assert '<td class="n">1</td>' in written
    assert '<tfoot><tr><td class="w">all</td>' in written


def test_a_first_column_without_a_name_heads_the_rows() -> None:
    """No header is empty: names and values have none, and the corner of a table is a plain cell."""
    nameless, named = (Heading(name=""), Heading(name="")), (Heading(name=""), Heading(name="b"))
    tables = tuple(
        Table(headings=each, rows=(("candidate", "mine"),)) for each in (nameless, named)
    )
    pages = (
        html(Page(title="t", head=HEAD, sections=(Section(title="s", parts=(table,)),)))
        for table in tables
    )
    plain, cornered = pages
    assert "<thead>" not in plain
    assert '<thead><tr><td></td><th scope="col" class="w">b</th></tr></thead>' in cornered
    assert plain.count('<th scope="row" class="w">candidate</th>') == 1
    assert '<td class="w">mine</td>' in plain


def test_a_short_word_is_not_broken_at_its_hyphens() -> None:
    """A date stays on one line; sentences, long words and lines that are broken already do not."""
    cells = ("window=2024-04-14", "a sentence", "long-" * 20, "0.52\n[0.47,\N{NO-BREAK SPACE}0.58]")
    table = Table(headings=(Heading(name="part"),), rows=tuple((each,) for each in cells))
    written = html(Page(title="t", head=HEAD, sections=(Section(title="s", parts=(table,)),)))
    assert re.findall(r'<td class="(\w)">', written) == ["w", "t", "t", "t"]


def test_a_narrow_page_puts_a_long_sentence_below_the_names() -> None:
    """Rows of names and a long sentence are stacked; rows with numbers or short cells are not."""
    long, short = "a sentence " * 8, "a sentence"
    names = (Heading(name="clause"), Heading(name="verdict", kind="badge"))
    figures = (Heading(name="clause"), Heading(name="n", kind="count"))
    stacked = []
    for headings, given, last in (
        (names, ("x", "good"), long),
        (figures, 1, long),
        (names, None, short),
    ):
        table = Table(headings=(*headings, Heading(name="finding")), rows=(("c", given, last),))
        written = html(Page(title="t", head=HEAD, sections=(Section(title="s", parts=(table,)),)))
        stacked.append('<div class="table stacked">' in written)
    assert stacked == [True, False, False]


def test_without_matplotlib_the_tables_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without pictures names the extra that brings them, and has everything else."""
    monkeypatch.setattr(module, "available", lambda: False)
    written = html(PAGE)
    assert "liaison-lifecycle[report]" in written
    assert "<svg" not in written
    assert "<table>" in written


def test_versions_are_those_of_installed_libraries() -> None:
    """A library that is not installed is left out."""
    assert set(installed_versions(["numpy", "no-such-library"])) == {"numpy"}


def test_collapsible_parts_are_on_the_page_and_closed() -> None:
    """Their title opens them; figures inside are numbered with those outside."""
    line = Lines(caption="a line", series=(Line(name="l", x=[0, 1], y=[0, 1]),))
    inner = Collapsible(title="More `of it`", parts=(Note(text="inside"), line, line))
    page = Page(title="t", head=HEAD, sections=(Section(title="s", parts=(line, inner, line)),))
    written = html(page)
    assert "<details><summary>More <code>of it</code></summary>" in written
    assert written.count("<figure") == 4
    ids = re.findall(r' id="(m[^"]*)"', written)
    assert len(ids) == len(set(ids))


def test_a_badge_has_its_tone() -> None:
    """A verdict is coloured by its meaning, and readable without colour."""
    table = Table(
        headings=(Heading(name="verdict", kind="badge"),),
        rows=((("different", "bad"),), (None,)),
    )
    page = Page(title="t", head=HEAD, sections=(Section(title="s", parts=(table,)),))
    assert '<span class="badge bad">different</span>' in html(page)
    assert table.texts() == (("different",), ("\N{EN DASH}",))
