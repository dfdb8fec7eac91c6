"""What a report says of the gate: in a line, of what it held back, and of every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from contracts.report.html import html
from contracts.report.page import Head
from production.backtest.gate_tables import findings_table, folded, gate_summary, held_back
from production.backtest.pages import run_page
from production.registry.trainings import Training

if TYPE_CHECKING:
    from production.backtest.result import RunResult


def training(verdict: Any, rule: str, found: str, *, serves: str = "challenger") -> Training:
    """Return a training that one rule decided."""
    finding = {"rule": rule, "verdict": found, "why": f"figures of the {rule}"}
    return Training(
        product="toy",
        release="1.0.0",
        requested_at=0,
        reason="schedule",
        known_by=0,
        rows=1,
        seconds=0.0,
        verdict=verdict,
        detail={"why": f"{rule}: too far", "findings": [finding], "serves": serves},
    )


TRAININGS = (
    training("promoted", "champion", "passed", serves="refit"),
    training("promoted", "champion", "passed"),
    training("refused", "step", "failed"),
    training("alarmed", "alarm", "alarmed"),
    training("undecided", "outcomes", "undecided"),
)


def test_a_line_says_what_was_promoted_and_which_rules_held_back_the_rest() -> None:
    """Without a rule that judged anything there is nothing to say."""
    assert gate_summary(TRAININGS) == (
        "the gate: 2 of 5 promoted, 1 as refitted to all that was known, refused by step 1, "
        "alarmed by alarm 1, undecided by outcomes 1"
    )
    assert gate_summary([replace(TRAININGS[0], detail={"why": "a release"})]) is None


def test_a_terminal_folds_what_a_gate_held_back() -> None:
    """The first five with their reasons, and how many more the report has."""
    lines = [*held_back(TRAININGS * 3)]
    assert lines[0] == "1970-01-01 refused: step: too far"
    assert folded(lines) == (*lines[:5], "… and 4 more in the report")
    assert folded(lines[:5]) == (*lines[:5],)


def test_every_finding_is_a_row() -> None:
    """With its verdict and its figures."""
    rows = findings_table(TRAININGS).rows
    assert [row[1:3] for row in rows][2] == ("step", ("failed", "bad"))
    assert rows[3][3] == "figures of the alarm"


def test_the_page_of_a_run_has_every_finding(results: dict[str, RunResult]) -> None:
    """Of the refit, too, and which model serves."""
    result = results["adaptive"]
    text = html(run_page(result, Head(product="toy", task="run")))
    assert "What each rule found" in text
    for each in result.run.trainings:
        assert each.detail["serves"] in {"refit", "challenger"}
        for finding in each.detail["findings"]:
            assert finding["why"].split(";")[0].split("'")[0] in text
