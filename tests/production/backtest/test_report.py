"""The report of a run: its data and its page."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, get_args

import pytest

from contracts.report.page import Head
from contracts.report.write import write_report
from production.backtest.evidence import VerdictCode
from production.backtest.pages import run_page
from production.backtest.result import report_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture(scope="module")
def written(
    operations: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory, toy: Any
) -> Path:
    """The folder of a run's report."""
    assert toy
    folder = tmp_path_factory.mktemp("reported")
    case = operations(folder, until=40)
    result = case.score(repeats=50, warnings=("beware",))
    head = Head(product="toy", task="run", command="python -m production")
    write_report(run_page(result, head), report_data(result), folder / "out")
    return folder / "out"


def test_report_json_has_the_scores_of_the_run(written: Path) -> None:
    """Metrics with their intervals for what was served, the first generation, and the baseline."""
    report = json.loads((written / "report.json").read_text())
    for side in ("metrics", "still", "naive"):
        assert set(report[side]) == {"log_loss", "roc_auc", "brier"}
        for interval in report[side].values():
            assert interval["low"] <= interval["value"] <= interval["high"]
    assert report["scored_by"] == "report"
    assert report["events"] > report["outcomes"] > 1000
    assert report["lifecycle"]["name"] == "adaptive"
    assert report["warnings"] == ["beware"]
    assert report["anti_patterns"] == []
    assert report["seconds"] > report["training_seconds"] > 0


def test_report_json_has_every_refresh_and_its_reason(written: Path) -> None:
    """Trainings, the generations made, and the months and windows that were scored."""
    report = json.loads((written / "report.json").read_text())
    assert report["trainings"] == len(report["refreshes"]) == 5
    assert report["refreshes"][0]["reason"] == "initial"
    assert {each["reason"] for each in report["refreshes"][1:]} == {"schedule: every 6d"}
    promoted = [each for each in report["refreshes"] if each["verdict"] == "promoted"]
    assert report["generations"] == len(promoted)
    assert [month["month"] for month in report["months"]] == ["1970-01", "1970-02"]
    assert sum(month["events"] for month in report["months"]) == report["events"]
    assert len(report["windows"]) == 28


def test_report_json_ends_with_a_verdict(written: Path) -> None:
    """In words and in figures, against the margin of the contract."""
    report = json.loads((written / "report.json").read_text())
    verdict = report["verdict"]
    assert verdict["code"] in get_args(VerdictCode)
    assert verdict["margin"]["value"] == pytest.approx(0.01 * report["still"]["log_loss"]["value"])
    served, still = (report[side]["log_loss"]["value"] for side in ("metrics", "still"))
    assert verdict["gain"]["value"] == pytest.approx(still - served)
    assert verdict["relative"]["value"] == pytest.approx((still - served) / still)
    assert verdict["cost"]["trainings"] == report["trainings"] - 1
    assert verdict["cost"]["promoted"] == report["generations"] - 1
    assert 0 < verdict["cost"]["seconds"] < report["training_seconds"]
    assert verdict["words"] in html.unescape((written / "report.html").read_text())


def test_the_report_says_how_much_came_back(written: Path) -> None:
    """Of each window in the data; by month, with the calibration, on the page."""
    report = json.loads((written / "report.json").read_text())
    for window in report["windows"]:
        assert 0 < window["rows"] <= window["feedback"]["served"]
        assert 0 < window["feedback"]["median"] < window["feedback"]["late"]
        assert window["calibration"]["low"] < window["calibration"]["high"]
    page = (written / "report.html").read_text()
    assert "Coverage: the share of what models answered" in page
    rows, served = (sum(each) for each in zip(*_coverage(report), strict=True))
    assert f"{100 * rows / served:.1f}" in page


def _coverage(report: Any) -> list[tuple[float, float]]:
    return [(each["rows"], each["feedback"]["served"]) for each in report["windows"]]


def test_the_page_is_one_file(written: Path) -> None:
    """It loads no script, style or picture from elsewhere."""
    text = (written / "report.html").read_text()
    assert "toy under the adaptive lifecycle" in text
    assert 'src="http' not in text
    assert 'href="http' not in text
