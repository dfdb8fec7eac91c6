"""The progress of a run: a bar on a terminal, lines in a log."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from production.backtest.bar import progress_bar
from production.operation import Step

if TYPE_CHECKING:
    import pytest

DAY = 86_400_000_000


def steps(screen: Console) -> None:
    """Show ninety days, ten at a time."""
    with progress_bar(screen, "open", start=0, until=90 * DAY) as tell:
        for day in range(0, 90, 10):
            step = Step(
                at=day * DAY, until=(day + 10) * DAY, served=500, total=500 * day, training=None
            )
            tell(step)


def test_a_log_has_a_line_a_month(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a terminal progress goes to standard error, and the output stays clean."""
    printed = StringIO()
    steps(Console(file=printed))
    assert capsys.readouterr().err.splitlines() == [
        "open: 1970-01-01, 0 served by an earlier process",
        "open: 1970-02-10, 20,000 served by an earlier process",
        "open: 1970-03-02, 30,000 served by an earlier process",
    ]
    assert not printed.getvalue().strip()


def test_a_terminal_has_only_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines would repeat what it shows."""
    printed = StringIO()
    steps(Console(file=printed, force_terminal=True))
    assert not capsys.readouterr().err
    assert "1970-03-22" in printed.getvalue()
