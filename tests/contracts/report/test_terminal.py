from __future__ import annotations

import sys
from collections import Counter
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING

import pytest

from contracts.report.table import Heading, Table
from contracts.report.terminal import (
    PIPED,
    Screen,
    console,
    rich_table,
    say,
    say_error,
    status_updater,
    table_text,
)

if TYPE_CHECKING:
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


def ranked() -> Table:
    """A table with two columns that are spare."""
    headings = (
        Heading(name="lifecycle"),
        Heading(name="trainings", kind="count", spare=1),
        Heading(name="age", kind="number", spare=2),
    )
    return Table(headings=headings, rows=(("adaptive", 11, 7.05),), caption="Runs.")


def test_a_narrow_terminal_does_without_spare_columns() -> None:
    """The ones that matter least go first, and are named below; no cell is broken into lines."""
    shown = {
        width: table_text(ranked(), width=width, styles={}, coloured=False)
        for width in (80, 24, 12)
    }
    assert "trainings" in shown[80].splitlines()[1]
    assert "Too narrow" not in shown[80]
    assert "7.0500" not in shown[24]
    assert " 11" in shown[24]
    assert "Too narrow for age." in " ".join(shown[24].split())
    assert " 11" not in shown[12]
    assert "trainings, age." in " ".join(shown[12].split())
    for text in shown.values():
        assert sum("adaptive" in line for line in text.splitlines()) == 1


def test_piped_tables_are_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However wide they are, in one line each row, without colours."""
    monkeypatch.delenv("COLUMNS", raising=False)
    names = [f"column-{number}" for number in range(60)]
    headings = tuple(Heading(name=name, spare=1) for name in names)
    console().print(rich_table(Table(headings=headings, rows=(tuple(names),))))
    out = capsys.readouterr().out
    assert sum("column-0" in line and "column-59" in line for line in out.splitlines()) == 2
    assert "\x1b" not in out


def test_a_line_goes_on_between_two_words_of_a_terminal() -> None:
    """A path is left whole, as what is to be copied; piped, the line ends where it does."""
    path, shown = "/data/" + "deep/" * 8 + "report.html", {}
    for terminal in (True, False):
        screen = Screen(file=StringIO(), width=30, force_terminal=terminal, color_system=None)
        say(screen, f"  a static first generation lasted\n\n! {path}: written")
        shown[terminal] = screen.file.getvalue()  # type: ignore[attr-defined]
    assert shown[True].split("\n") == [
        "  a static first generation",
        "lasted",
        "",
        "!",
        path + ":",
        "written",
        "",
    ]
    assert shown[False] == f"  a static first generation lasted\n\n! {path}: written\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_an_error_goes_on_between_two_words_of_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, terminal: bool
) -> None:
    """A path is left whole, a line set in goes on as far in; piped, the lines end where they do."""
    path = "/data/" + "deep/" * 8 + "report.html"
    text = f"DataError: there is no file {path} to be read\n  one of its further lines\n→ \x1b, say"
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1" if terminal else "")
    say_error(text)
    lines = capsys.readouterr().err.split("\n")
    piped = [each.replace("\x1b", r"\x1b") for each in text.split("\n")]
    whole = ["DataError: there is", "no file", path, "to be read"]
    expected = [*whole, "  one of its further", "  lines", piped[-1]] if terminal else piped
    assert lines == [*expected, ""]
