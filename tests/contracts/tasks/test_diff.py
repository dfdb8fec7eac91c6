from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import settings
from contracts.config.compose import TREE, compose
from contracts.config.entry import main
from contracts.publication.change.bump import raised
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

CONFIG: Any = settings(compose("contracts"), Contracts)
PRODUCT, VERSION = CONFIG.product.name, CONFIG.product.contract
PUBLISHED = TREE.parent / "contracts" / "published"
#: Learns otherwise: the implementer breaks.
SEED = f"product.learning.seed={CONFIG.product.learning.seed + 1}"


@pytest.fixture
def diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the task, and returns its exit code and output."""

    def run(*overrides: str) -> tuple[int, str, str]:
        words = ["task=diff", f"paths.published={PUBLISHED}", f"paths.output={tmp_path / 'out'}"]
        code = main("contracts", usage="", arguments=[*words, *overrides])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.mark.parametrize("spelling", ["{side}={value}", "task.options.{side}={value}"])
def test_versions_can_be_named_in_two_ways(diff: Run, spelling: str) -> None:
    """`old=` and `new=` work as they are and as the task's options."""
    words = [spelling.format(side=s, value=v) for s, v in (("old", VERSION), ("new", "code"))]
    code, out, _ = diff(*words)
    assert code == 0
    assert f"{VERSION} → code ({VERSION}): nothing changed" in out


def test_a_change_is_a_row_and_a_verdict(diff: Run, tmp_path: Path) -> None:
    """The table has place, change, whom it breaks and why; the last line the version it needs."""
    code, out, _ = diff(SEED)
    assert code == 0
    assert "another model is asked for" in out
    wanted = raised(VERSION, "minor")
    assert f"minor: the implementer breaks; {VERSION} does not say so: it must be {wanted}" in out
    found = msgspec.json.decode((tmp_path / "out/report.json").read_bytes())
    assert (found["bump"], found["version"]) == ("minor", wanted)
    assert [(each["rule"], each["where"]) for each in found["changes"]] == [
        ("seed_changed", "seed")
    ]
    assert "another seed" in (tmp_path / "out/report.html").read_text("utf-8")


def test_a_folder_and_a_draft_are_versions_too(diff: Run, tmp_path: Path) -> None:
    """A contract in any folder, and research's draft, can be compared with a published one."""
    folder = tmp_path / "draft"
    shutil.copytree(PUBLISHED / PRODUCT / VERSION, folder)
    assert "nothing changed" in diff(f"new={folder}")[1]
    assert "nothing changed" in diff("new=draft", f"task.options.draft_folder={folder}")[1]


def test_an_unknown_version_is_refused(diff: Run) -> None:
    """The error lists the versions and suggests the near match."""
    code, _, err = diff("new=cod")
    assert code == 4
    assert "did you mean 'code'?" in err
    assert VERSION in err
    assert diff("old=9.9.9")[0] == 4


@pytest.mark.parametrize("key", ["old", "task.options.new", "product.contract"])
def test_a_version_of_two_numbers_is_refused(diff: Run, key: str) -> None:
    """YAML reads 1.1 as a number, so the error shows the form of a version."""
    code, _, err = diff(f"{key}=1.1")
    assert code == 2
    assert f"{key}: Expected `str" in err
    assert "got `float`: 1.1 → a version has three numbers, such as 1.1.0" in err


def test_other_tasks_have_no_versions_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    """Another task refuses `old` and `new` like any unknown key."""
    assert main("contracts", usage="", arguments=["task=check", "old=1.0.0"]) == 2
    assert "old: no such key" in capsys.readouterr().err
