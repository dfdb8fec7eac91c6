from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]
CLAUSES = ("schema", "golden", "ranking", "metric")
SPOILT = """
def pytest_runtest_teardown(item):
    if item.name == "metric":
        raise ResourceWarning("left open")
"""


def test_the_report_is_written_to_its_folder(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    """A page and its data, in the default folder unless one is named."""
    result = run("--contract=toy")
    result.stdout.fnmatch_lines(["report: outputs/contract/toy/report.html"])
    page = (pytester.path / "outputs" / "contract" / "toy" / "report.html").read_text()
    assert "toy 1.0.0: equivalent" in page
    assert page.count("<figure") == 3  # the scatter, the tail, the metrics' intervals
    data = json.loads((pytester.path / "outputs" / "contract" / "toy" / "report.json").read_text())
    assert data["summary"] == "equivalent by 4 clauses"
    assert [each["clause"] for each in data["verdicts"]] == [*CLAUSES]
    run("--contract=toy", "--contract-report=elsewhere")
    assert (pytester.path / "elsewhere" / "report.html").is_file()
    result = run("--contract=toy", "--contract-report=none")
    result.stdout.no_fnmatch_line("report: *")


def test_a_folder_with_files_of_someone_else_takes_no_report(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    """It is named, with the next step, and left as it is."""
    (pytester.path / "elsewhere").mkdir()
    (pytester.path / "elsewhere" / "report.html").write_text("mine")
    result = run("--contract=toy", "--contract-report=elsewhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*elsewhere has files that we did not write: report.html*"])
    assert (pytester.path / "elsewhere" / "report.html").read_text() == "mine"


def test_a_part_of_the_contract_is_called_a_part(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    """The terminal and the report say that a selection is not the whole contract."""
    result = run("--contract=toy", "-k", "schema or golden")
    result.stdout.fnmatch_lines(
        ["equivalent by 2 clauses", "a part of the contract: 2 of 4 items were left out"]
    )
    page = (pytester.path / "outputs" / "contract" / "toy" / "report.html").read_text()
    assert "were left out (ranking, metric)" in page


def test_what_distinguishes_the_worst_rows_is_shown(run: Callable[..., pytest.RunResult]) -> None:
    """A fault in one category is named in the terminal."""
    result = run("--contract=toy", model="blind")
    result.stdout.fnmatch_lines(["same_data: *on 600 rows is*", "*`colour = blue`*"])


def test_a_run_that_proves_nothing_fails(run: Callable[..., pytest.RunResult]) -> None:
    """If no selected clause can be compared, the run ends with 5."""
    result = run("--contract=toy", "--reference=none", "-k", "ranking or metric")
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines(["*no reference was asked for*", "nothing proven, 2 not run"])
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_table_keeps_to_the_terminals_width(
    run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    """Long findings wrap within their column."""
    monkeypatch.setenv("COLUMNS", width)
    lines = run("--contract=toy", model="swapped").outlines
    start = next(at for at, line in enumerate(lines) if "= contract =" in line)
    end = next(at for at, line in enumerate(lines) if line.startswith("not equivalent"))
    assert end - start > len(CLAUSES)
    assert max(len(line) for line in lines[start:end]) <= int(width)


def test_items_that_cannot_be_judged_have_no_verdict(run: Callable[..., pytest.RunResult]) -> None:
    """A source that leaks fails the run, and is not reported as a verdict."""
    result = run("--contract=toy", "--contract-override=+product.source.leak=true")
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "schema, golden, ranking, metric could not be judged: LeakError: *",
            "nothing proven; schema, golden, ranking, metric could not be judged",
        ]
    )
    result.stdout.no_fnmatch_line(" clause *")  # no table without a verdict
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_an_item_that_pytest_fails_is_not_proven(
    run: Callable[..., pytest.RunResult], pytester: pytest.Pytester
) -> None:
    """An item that fails in spite of its verdict is named, and the whole is not called proven."""
    (pytester.path / "site" / "spoilt.py").write_text(SPOILT)
    result = run("--contract=toy", "-p", "spoilt")
    result.assert_outcomes(passed=4, errors=1)
    result.stdout.fnmatch_lines(
        [
            "metric could not be judged: *ResourceWarning: left open",
            "not proven: metric could not be judged; the rest is equivalent by 3 clauses",
        ]
    )
    page = (pytester.path / "outputs" / "contract" / "toy" / "report.html").read_text()
    assert "toy 1.0.0: not proven" in page
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.e2e
def test_verdicts_of_workers_are_reported(
    run: Callable[..., pytest.RunResult],
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Under pytest-xdist, in ASCII too, one table and one report cover all workers."""
    run("--contract=toy", "--collect-only", model="swapped")  # writes the configuration
    monkeypatch.setenv("PYTHONPATH", str(pytester.path / "site"))
    words = ("--contract=toy", "--contract-config-dir=conf", "-n2", "--junit-xml=junit.xml")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = pytester.runpytest_subprocess(*words, "toy-1.0.0::golden", "toy-1.0.0::schema")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            " schema *equivalent *600 inputs and predictions conform",
            "not equivalent: different by golden (1 of 2 hold)",
            "a part of the contract: 2 of 4 items were left out",
            "report: outputs/contract/toy/report.html",
        ]
    )
    page = (pytester.path / "outputs" / "contract" / "toy" / "report.html").read_text()
    assert "run without -n" in page
    failure = ET.parse(pytester.path / "junit.xml").find(".//failure")  # noqa: S314 - written here
    assert failure is not None
    assert failure.get("message", "\n").startswith("different: 0.0% of 60 golden rows")
    assert "\n" not in failure.get("message", "\n")
