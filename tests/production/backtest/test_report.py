"""What a machine reads of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from contracts.report.page import Head
from contracts.report.write import write_report
from production.backtest.lifecycle_run import run_lifecycle
from production.backtest.pages import run_page
from production.backtest.result import report_data, score_run
from production.backtest.score import Resampling
from production.declared import lifecycle

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
    asked = operations(folder, until=40)
    run = run_lifecycle(
        asked.config,
        lifecycle(asked.config),
        asked.history,
        asked.state,
        code="c0de",
        tell=lambda _: None,
    )
    resampling = Resampling(repeats=50, seed=0)
    result = score_run(run, asked.history, resampling=resampling, warnings=("beware",), proof=None)
    head = Head(product="toy", task="run", command="python -m production")
    write_report(run_page(result, head), report_data(result), folder / "out")
    return folder / "out"


def test_report_json_says_what_the_run_was_worth(written: Path) -> None:
    """Metrics with their intervals for what was served, the first generation, and the baseline."""
    found = json.loads((written / "report.json").read_text())
    for side in ("metrics", "still", "naive"):
        assert set(found[side]) == {"log_loss", "roc_auc", "brier"}
        for interval in found[side].values():
            assert interval["low"] <= interval["value"] <= interval["high"]
    assert found["scored_by"] == "report"
    assert found["events"] > found["outcomes"] > 1000
    assert found["lifecycle"]["name"] == "adaptive"
    assert found["warnings"] == ["beware"]
    assert found["anti_patterns"] == []
    assert found["seconds"] > found["training_seconds"] > 0


def test_report_json_names_every_refresh_and_what_asked_for_it(written: Path) -> None:
    """Attempts, the generations they became, and the months and windows they were scored by."""
    found = json.loads((written / "report.json").read_text())
    assert found["trainings"] == len(found["refreshes"]) == 5
    assert found["refreshes"][0]["reason"] == "initial"
    assert {each["reason"] for each in found["refreshes"][1:]} == {"schedule: every 6d"}
    promoted = [each for each in found["refreshes"] if each["verdict"] == "promoted"]
    assert found["generations"] == len(promoted)
    assert [month["month"] for month in found["months"]] == ["1970-01", "1970-02"]
    assert sum(month["events"] for month in found["months"]) == found["events"]
    assert len(found["windows"]) == 28


def test_the_page_stands_beside_it_and_needs_nothing_else(written: Path) -> None:
    """One file: no script, style or picture from elsewhere."""
    text = (written / "report.html").read_text()
    assert "toy under the adaptive lifecycle" in text
    assert 'src="http' not in text
    assert 'href="http' not in text
