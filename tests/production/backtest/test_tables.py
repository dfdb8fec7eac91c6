"""What a run and a comparison are shown and kept as: tables, a page, tracked files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from contracts.report.html import html
from contracts.report.page import Head
from contracts.report.table import NOTHING
from production.backtest.beside import beside, limits
from production.backtest.overview import page
from production.backtest.table import by_month
from production.backtest.tracked import METRICS, MONTHS, track

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.report.table import Table
    from production.backtest.comparison import Comparison
    from production.backtest.result import Result


def cells(table: Table) -> list[dict[str, Any]]:
    """Return each row's cells by their headings."""
    names = [heading.name for heading in table.headings]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_a_comparison_is_a_column_each_and_one_for_naive(compared: Comparison) -> None:
    """In the order they were named, under nothing for what a row is."""
    names = [heading.name for heading in beside(compared).headings]
    assert names == ["", *compared.lifecycles, "naive"]


def test_a_comparison_has_a_row_for_all_there_is_to_weigh(compared: Comparison) -> None:
    """Every metric with its bounds, the gain, what it cost, and what it does without."""
    rows = {row[""]: row for row in cells(beside(compared))}
    for metric in compared.metrics:
        assert all("[" in rows[metric][name] for name in (*compared.lifecycles, "naive"))
    assert rows["gain in log_loss"]["interactive"].split() == ["0.0000", "[0.0000,", "0.0000]"]
    assert rows["against"]["open"] == "naive"
    assert (rows["trainings"]["open"], rows["trainings"]["adaptive"]) == ("1", "4")
    assert rows["anti-patterns"]["interactive"] == "data_access, model_sourcing"
    assert rows["anti-patterns"]["open"] == NOTHING
    assert rows["does without"]["open"].startswith("autonomous refresh")
    assert rows["does without"]["dual"] == NOTHING
    assert {rows[name]["naive"] for name in ("gain in log_loss", "against", "trainings")} == {
        NOTHING
    }


def test_limits_give_the_reason_for_each(compared: Comparison) -> None:
    """All anti-patterns and limits word for word; who has none has a dash."""
    found = cells(limits(compared))
    for name, each in compared.lifecycles.items():
        told = [(row["what"], row["why"]) for row in found if row["lifecycle"] == name]
        assert told == [
            *(("anti-pattern", reason) for reason in each.result.anti_patterns),
            *(("cannot", reason) for reason in each.result.cannot or (NOTHING,)),
        ]
    assert {"lifecycle": "dual", "what": "cannot", "why": NOTHING} in found


def test_the_overview_names_every_lifecycle(compared: Comparison) -> None:
    """In the table, by month, in the notes: one page, with what made it."""
    head = Head(product="toy", task="compare", command="python -m production task=compare")
    text = html(page(compared, head))
    for name in compared.lifecycles:
        assert f">{name}</th>" in text
        assert f"{name}, month by month" in text
    assert "naive baseline" in text
    assert "adaptive and dual differ by their liaison alone" in text
    assert head.command in text


def test_the_last_row_sums_up_the_months(results: dict[str, Result]) -> None:
    """Events, outcomes and generations made are the sums of the rows above; so are no scores."""
    adaptive = results["adaptive"]
    *months, total = cells(adaptive.table)
    assert [row["month"] for row in months] == ["1970-01", "1970-02"]
    for name in ("events", "outcomes", "made"):
        assert total[name] == sum(row[name] for row in months)
    assert total["events"] == len(adaptive.run.requests) > total["outcomes"]
    assert total["log_loss"] == adaptive.overall["served"]["log_loss"].value
    assert total["held still"] == adaptive.overall["still"]["log_loss"].value


def test_refreshes_are_counted_by_what_asked_for_them(results: dict[str, Result]) -> None:
    """In the month they were asked for: none is said of a month without."""
    january, february, total = (row["refreshes"] for row in cells(results["adaptive"].table))
    assert january == total == "initial 1, schedule 3"
    assert february == ""
    assert cells(results["later"].table)[-1]["refreshes"] == "initial 1, release 2"


def test_a_refused_refresh_is_said_to_be(results: dict[str, Result]) -> None:
    """It is counted under what asked for it, and as one that made nothing."""
    found = results["adaptive"]
    *earlier, last = found.run.trainings
    run = replace(found.run, trainings=(*earlier, replace(last, verdict="refused")))
    table = by_month(run, found.months, found.overall, metrics=found.metrics, offset=0)
    january = cells(table)[0]
    assert january["refreshes"] == "initial 1, schedule 3, refused 1"
    assert january["made"] == cells(found.table)[0]["made"] - 1


def test_equal_runs_leave_equal_files(
    scored: Callable[[Path, str], Result], results: dict[str, Result], tmp_path: Path
) -> None:
    """A run made again, in another folder and another time, is tracked as the same bytes."""
    again = scored(tmp_path, "adaptive")
    for name, found in (("one", results["adaptive"]), ("two", again)):
        track(found, tmp_path / name)
    for file in (METRICS, MONTHS):
        one, two = ((tmp_path / name / file).read_bytes() for name in ("one", "two"))
        assert one == two


def test_tracked_files_hold_the_figures_of_the_run(
    results: dict[str, Result], tmp_path: Path
) -> None:
    """Values without intervals, no durations, and a line a month."""
    found = results["open"]
    track(found, tmp_path)
    metrics = json.loads((tmp_path / METRICS).read_bytes())
    assert metrics["served"]["log_loss"] == found.overall["served"]["log_loss"].value
    assert metrics["events"] > metrics["outcomes"] > 0
    assert not [name for name in metrics if "seconds" in name]
    header, *lines = (tmp_path / MONTHS).read_text().splitlines()
    assert header == "month,served,still,naive"
    assert [line.partition(",")[0] for line in lines] == ["1970-01", "1970-02"]
    # Served by the first generation throughout: as good as itself held still.
    _, served, still, _ = lines[0].split(",")
    assert served == still
