from __future__ import annotations

import sys
from collections import Counter
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

from contracts.report.table import Heading, Table
from contracts.report.terminal import PIPED, console, rich_table, status_updater, table_text

if TYPE_CHECKING:
    import pytest

    from contracts.report.table import Kind

NAME = "clause subgroup[carrier=UA]"


def test_text_in_brackets_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text in brackets is not taken for markup; piped output has a width of its own."""
    monkeypatch.delenv("COLUMNS", raising=False)
    screen = console()
    screen.print(NAME, highlight=False)
    assert capsys.readouterr().out == f"{NAME}\n"
    assert screen.width == PIPED


HOSTILE = "a\x1b[2J\x9b1m\x00\x7f\u202eb"
ESCAPED = r"a\x1b[2J\x9b1m\x00\x7f\u202eb"


def test_control_characters_of_data_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """In lines, tables and a status, with what colours the terminal left as it is."""
    table = Table(headings=(Heading(name=HOSTILE),), rows=((HOSTILE,),), caption=HOSTILE)
    screen = console()
    screen.print(HOSTILE, style="bold", highlight=False)
    screen.print(rich_table(table))
    screen.print(screen.status(HOSTILE).renderable.text)
    assert capsys.readouterr().out.count(ESCAPED) == 5
    shown = table_text(table, width=80, styles={HOSTILE: "red"}, coloured=True)
    assert f"\x1b[31m{ESCAPED}" in shown
    assert shown.count(ESCAPED) == 3


def test_a_narrow_terminal_loses_no_text() -> None:
    """Names, badges and numbers are broken into lines where there is no room, not cut off."""
    kinds: tuple[Kind, ...] = ("name", "badge", "count", "text")
    cells = ("2026-11-23T02:04:47Z", ("superseded", "quiet"), 123456789012, "said of it")
    table = Table(headings=tuple(Heading(name="h", kind=kind) for kind in kinds), rows=(cells,))
    shown = table_text(table, width=30, styles={}, coloured=False)
    assert "…" not in shown
    assert Counter("".join(table.texts()[0]).replace(" ", "")) <= Counter(shown)


def test_a_year_with_four_scores_fits_a_hundred_columns() -> None:
    """What came of refreshes stands beside the months' scores, no word of it broken."""
    names = ("log_loss", "static", "naive", "roc_auc", "brier")
    headings = (
        Heading(name="month"),
        *(Heading(name=name, kind="count") for name in ("events", "outcomes")),
        *(Heading(name=name, kind="number") for name in names),
        Heading(name="promoted", kind="count"),
        Heading(name="refreshes"),
    )
    row = ("2013-12", 283_330, 275_640, *(0.5 for _ in names), 43, "schedule 44, refused 1")
    table = Table(headings=headings, rows=(row,))
    _, first, _, *lines = table_text(table, width=100, styles={}, coloured=False).splitlines()
    assert first.split() == [heading.name for heading in headings]
    assert [line.split()[-2:] for line in lines[:2]] == [["schedule", "44,"], ["refused", "1"]]


def test_a_status_shows_a_step_as_it_is() -> None:
    """The name of a clause's part is not taken for markup."""
    status = console().status("equivalence")
    status_updater(status)(NAME)
    assert str(status.renderable.text) == NAME


def test_a_console_substitutes_what_its_output_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters that the C locale lacks are substituted."""
    written = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, "ascii"))
    console().print("┌┐ → ≥1", highlight=False)
    sys.stdout.flush()
    assert written.getvalue() == b"++ -> >=1\n"
