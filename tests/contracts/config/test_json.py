"""``--json``: the result of a task as one document on standard output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from omegaconf import OmegaConf

from contracts.config.command import parse
from contracts.config.entry import main
from contracts.config.jobs import outcomes
from contracts.errors import ContractError
from contracts.report.page import Head, Page
from contracts.report.result import hand_over, handed_over
from contracts.report.write import write_report

ROOT = Path(__file__).parents[3]


def strict(text: str) -> Any:
    """Read a document that is the only one, and has no number that is none."""

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, from which the published contracts are seen."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "published").symlink_to(ROOT / "contracts" / "published")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("entry", "words", "key"),
    [
        ("production", ["task=describe", "lifecycle=open"], "stages"),
        ("production", ["task=taxonomy"], "combinations"),
        ("contracts", ["task=list"], "versions"),
        ("contracts", ["task=show", "product=diabetes"], "contract"),
        ("contracts", ["task=check", "product=diabetes"], "changes"),
        ("contracts", ["task=diff", "product=diabetes"], "changes"),
        ("contracts", ["task=export", "product=diabetes"], "contract.odcs.yaml"),
    ],
)
def test_the_document_is_that_of_the_report(
    here: Path, capsys: pytest.CaptureFixture[str], entry: str, words: list[str], key: str
) -> None:
    """Standard output has nothing else; what people read is on standard error."""
    assert main(entry, usage="", arguments=[*words, "--json"]) == 0
    captured = capsys.readouterr()
    document = strict(captured.out)
    (report,) = here.glob("outputs/**/report.json")
    assert document == strict(report.read_text("utf-8"))
    assert document["task"] == words[0].removeprefix("task=")
    assert key in document
    assert "report: outputs" in captured.err


@pytest.mark.usefixtures("here")
def test_a_check_that_fails_says_so_in_both(capsys: pytest.CaptureFixture[str]) -> None:
    """Its document says what it found, its error and exit code that it failed."""
    assert main("contracts", usage="", arguments=["task=verify", "--json"]) == 4
    captured = capsys.readouterr()
    assert strict(captured.out)["deployable"] is False
    assert "ContractError: " in captured.err


@pytest.mark.usefixtures("here")
def test_an_error_without_a_result_prints_none(capsys: pytest.CaptureFixture[str]) -> None:
    """A program sees it by the exit code."""
    assert main("production", usage="", arguments=["task=status", "--json"]) == 5
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)


@pytest.mark.usefixtures("here")
def test_the_configuration_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    """With the references as they are written."""
    assert main("production", usage="", arguments=["--cfg", "job", "--json"]) == 0
    document = strict(capsys.readouterr().out)
    assert document["config"]["paths"]["output"] == "outputs/${task.name}/${product.name}"


@pytest.mark.usefixtures("here")
def test_several_runs_are_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its overrides, exit code and result."""
    words = ["-m", "task=describe", "lifecycle=open,dual", "--json"]
    assert main("production", usage="", arguments=words) == 0
    runs = strict(capsys.readouterr().out)["runs"]
    assert [each["result"]["name"] for each in runs] == ["open", "dual"]
    assert runs[1]["overrides"] == ["task=describe", "lifecycle=dual"]
    assert {each["exit_code"] for each in runs} == {0}


def test_what_is_not_finite_is_null(tmp_path: Path) -> None:
    """In the file and in what is handed over, with numpy's numbers as plain ones."""
    page = Page(title="t", head=Head(product="p", task="t"), sections=())
    with handed_over() as results:
        write_report(page, {"gain": float("nan"), "rows": np.int64(3)}, tmp_path / "out")
    assert results[0]["rows"] == 3
    document = strict((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert (document["gain"], document["rows"]) == (None, 3)


def test_the_result_of_a_part_is_not_that_of_the_task() -> None:
    """A task that is made of others hands over its own result last, or none if it fails."""

    class Asked:
        config = OmegaConf.create({"task": {"name": "new"}})

    def answer(_: Any) -> None:
        hand_over({"task": "learn", "rows": 3})
        raise ContractError("no draft")

    (job,) = outcomes([Asked()], answer, several=False)
    assert job.document is None
    assert str(job.error) == "no draft"


def test_flags_stand_anywhere() -> None:
    """Between the words too."""
    command = parse(["task=list", "--json", "product=diabetes", "-v"])
    assert (command.json, command.verbose) == (True, True)
    assert command.overrides == ("task=list", "product=diabetes")
