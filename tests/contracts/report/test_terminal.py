from __future__ import annotations

import sys
from collections import Counter
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

from contracts.report.table import Heading, Table
from contracts.report.terminal import PIPED, console, status_updater, table_text

if TYPE_CHECKING:
    import pytest

    from contracts.report.table import Kind

NAME = "clause subgroup[carrier=UA]"


def test_what_stands_in_brackets_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of a part, or a unit, is no markup; without a terminal a line is a page wide."""
    monkeypatch.delenv("COLUMNS", raising=False)
    screen = console()
    screen.print(NAME, highlight=False)
    assert capsys.readouterr().out == f"{NAME}\n"
    assert screen.width == PIPED


def test_a_narrow_terminal_breaks_words_and_loses_none() -> None:
    """Names, badges and numbers are folded where there is no room: nothing ends in dots."""
    kinds: tuple[Kind, ...] = ("name", "badge", "count", "text")
    cells = ("2026-11-23T02:04:47Z", ("superseded", "quiet"), 123456789012, "said of it")
    table = Table(headings=tuple(Heading(name="h", kind=kind) for kind in kinds), rows=(cells,))
    shown = table_text(table, width=30, styles={}, coloured=False)
    assert "…" not in shown
    assert Counter("".join(table.texts()[0]).replace(" ", "")) <= Counter(shown)


def test_a_step_is_told_letter_for_letter() -> None:
    """A status shows which part of a clause is judged."""
    status = console().status("equivalence")
    status_updater(status)(NAME)
    assert str(status.renderable.text) == NAME


def test_a_console_spells_what_its_output_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is printed in the C locale too."""
    written = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, "ascii"))
    console().print("┌┐ → ≥1", highlight=False)
    sys.stdout.flush()
    assert written.getvalue() == b"++ -> >=1\n"
