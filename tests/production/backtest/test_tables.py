"""The tables of a run and of a comparison, the page of a comparison, and the tracked files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from contracts.report.html import html
from contracts.report.page import Head
from contracts.report.table import NOTHING
from contracts.score.bootstrap import Interval
from production.backtest.comparison import compare_runs
from production.backtest.comparison_page import comparison_page
from production.backtest.pages import headline
from production.backtest.result import METRICS, MONTHS, report_data, write_tracked
from production.backtest.tables import comparison_table, limits_table, monthly_table
from tests.production.backtest.conftest import RESAMPLING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.report.table import Table
    from production.backtest.comparison import LifecycleComparison
    from production.backtest.result import RunResult


def cells(table: Table) -> list[dict[str, Any]]:
    """Return each row's cells by their headings."""
    names = [heading.name for heading in table.headings]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_a_comparison_has_a_column_for_each_lifecycle_and_the_baseline(
    compared: LifecycleComparison,
) -> None:
    """In the order they were named; the first column has no heading."""
    names = [heading.name for heading in comparison_table(compared).headings]
    assert names == ["", *compared.lifecycles, "naive"]


def test_a_comparison_has_a_row_for_each_criterion(compared: LifecycleComparison) -> None:
    """Every metric with its interval, the gain, what it cost, and what it does without."""
    rows = {row[""]: row for row in cells(comparison_table(compared))}
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


def in_millionths(result: RunResult) -> RunResult:
    """Return a run that scored a millionth of what it did."""
    overall = {
        side: {
            name: Interval(value=each.value / 1e6, low=each.low / 1e6, high=each.high / 1e6)
            for name, each in scores.items()
        }
        for side, scores in result.overall.items()
    }
    return replace(result, overall=overall)


def test_scores_of_millionths_are_shown(compared: LifecycleComparison) -> None:
    """With digits enough to tell them apart, in both tables and in the sentence."""
    runs = {
        name: replace(each, result=in_millionths(each.result))
        for name, each in compared.lifecycles.items()
    }
    value = runs["adaptive"].result.overall["served"]["log_loss"].value
    shown = f"{value:.9f}"
    rows = {row[""]: row for row in cells(comparison_table(replace(compared, lifecycles=runs)))}
    assert rows["log_loss"]["adaptive"].startswith(f"{shown}\n[")
    assert shown in monthly_table(runs["adaptive"].result).texts()[-1]
    assert f"log_loss {shown};" in headline(runs["adaptive"].result)


def test_limits_come_with_their_reasons(compared: LifecycleComparison) -> None:
    """All anti-patterns and limits word for word; a lifecycle without any has no row."""
    rows = cells(limits_table(compared))
    for name, each in compared.lifecycles.items():
        limits = [(row["what"], row["why"]) for row in rows if row["lifecycle"] == name]
        assert limits == [
            *(("anti-pattern", reason) for reason in each.result.anti_patterns),
            *(("cannot", reason) for reason in each.result.cannot),
        ]
    assert "dual" not in {row["lifecycle"] for row in rows}
    assert NOTHING not in {row["why"] for row in rows}


def test_a_page_without_limits_has_no_section_of_them(
    compared: LifecycleComparison, results: dict[str, RunResult]
) -> None:
    """A lifecycle that can do everything has none to show."""
    dual = {"dual": results["dual"]}
    alone = compare_runs(dual, against="dual", offset=0, resampling=RESAMPLING)
    head = Head(product="toy", task="compare", command="python -m production task=compare")
    for some, shown in ((compared, True), (alone, False)):
        titles = [section.title for section in comparison_page(some, head).sections]
        assert ("What each cannot do" in titles) == shown


def test_the_page_of_a_comparison_names_every_lifecycle(compared: LifecycleComparison) -> None:
    """In the table, by month, in the notes: one page, with what made it."""
    head = Head(product="toy", task="compare", command="python -m production task=compare")
    text = html(comparison_page(compared, head))
    for name in compared.lifecycles:
        assert f">{name}</th>" in text
        assert f"{name}, month by month" in text
    assert "naive baseline" in text
    assert "adaptive and dual differ by their liaison alone" in text
    assert head.command in text


def test_the_page_of_one_lifecycle_shows_its_gain_over_the_baseline(
    results: dict[str, RunResult],
) -> None:
    """Where nothing else is compared, the figure of gains still has a bar."""
    alone = {"open": results["open"]}
    compared = compare_runs(alone, against="open", offset=0, resampling=RESAMPLING)
    head = Head(product="toy", task="compare", command="python -m production task=compare")
    assert "Gain in log_loss against the naive baseline" in html(comparison_page(compared, head))


def test_the_last_row_sums_up_the_months(results: dict[str, RunResult]) -> None:
    """Events, outcomes and generations are the sums of the rows above; scores are not."""
    adaptive = results["adaptive"]
    *months, total = cells(monthly_table(adaptive))
    assert [row["month"] for row in months] == ["1970-01", "1970-02"]
    for name in ("events", "outcomes", "promoted"):
        assert total[name] == sum(row[name] for row in months)
    assert total["events"] == len(adaptive.run.requests) > total["outcomes"]
    assert total["log_loss"] == adaptive.overall["served"]["log_loss"].value
    assert total["static"] == adaptive.overall["still"]["log_loss"].value


def test_refreshes_are_counted_by_their_reason(results: dict[str, RunResult]) -> None:
    """In the month they were requested in; a month without any has an empty cell."""
    january, february, total = (
        row["refreshes"] for row in cells(monthly_table(results["adaptive"]))
    )
    assert january == total == "initial 1, schedule 3"
    assert february == ""
    assert cells(monthly_table(results["later"]))[-1]["refreshes"] == "initial 1, release 2"


def test_a_refresh_that_is_not_promoted_is_counted_by_its_verdict(
    results: dict[str, RunResult],
) -> None:
    """It counts under its reason too, apart from what failed, and as no generation made."""
    result = results["adaptive"]
    first, *others = result.run.trainings
    ends = zip(others, ("failed", "refused", "undecided"), strict=True)
    trainings = (first, *(replace(each, verdict=verdict) for each, verdict in ends))
    run = replace(result.run, trainings=trainings)
    january = cells(monthly_table(replace(result, run=run)))[0]
    expected = "initial 1, schedule 3, refused 1, undecided 1, failed 1"
    assert january["refreshes"] == expected
    assert january["promoted"] == 1
    assert report_data(replace(result, run=run))["verdicts"]["failed"] == 1


def test_equal_runs_leave_equal_files(
    scored: Callable[[Path, str], RunResult], results: dict[str, RunResult], tmp_path: Path
) -> None:
    """A run repeated in another folder at another time is tracked as the same bytes."""
    again = scored(tmp_path, "adaptive")
    for name, result in (("one", results["adaptive"]), ("two", again)):
        write_tracked(result, tmp_path / name)
    for file in (METRICS, MONTHS):
        one, two = ((tmp_path / name / file).read_bytes() for name in ("one", "two"))
        assert one == two


def test_tracked_files_hold_the_figures_of_the_run(
    results: dict[str, RunResult], tmp_path: Path
) -> None:
    """Values without intervals, no durations, and one line per month."""
    result = results["open"]
    write_tracked(result, tmp_path)
    metrics = json.loads((tmp_path / METRICS).read_bytes())
    assert metrics["served"]["log_loss"] == result.overall["served"]["log_loss"].value
    assert metrics["events"] > metrics["outcomes"] > 0
    assert not [name for name in metrics if "seconds" in name]
    header, *lines = (tmp_path / MONTHS).read_text().splitlines()
    assert header == "month,metric,served,still,naive"
    assert [line.partition(",")[0] for line in lines] == ["1970-01", "1970-02"]
    # Served by the first generation throughout: as good as the static one.
    _, metric, served, still, _ = lines[0].split(",")
    assert (metric, served) == ("log_loss", still)
