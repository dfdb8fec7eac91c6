"""The tasks `replay` and `experiment`, from the command line; docs/serving.md runs them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.entry import main

if TYPE_CHECKING:
    from pathlib import Path


def command(*words: str) -> int:
    """Return the exit code of production's entry point."""
    return main("production", usage="", arguments=words)


@pytest.mark.parametrize("task", ["replay", "experiment"])
def test_what_is_not_deployed(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with the command that deploys, and makes nothing."""
    words = (f"task={task}", f"paths.live={tmp_path}/live", f"paths.output={tmp_path}/out")
    assert command(*words) == 5
    assert "task=deploy" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["task=replay", "task.options.gates.efective=9"],
            "did you mean 'task.options.gates.effective'",
        ),
        (["task=replay", "task.options.alpha=1"], "task.options.alpha"),
        (["task=experiment", "task.options.every=0"], "task.options.every"),
    ],
)
def test_options_are_checked_by_their_key(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is read."""
    assert command(*words, f"paths.live={tmp_path}/live") == 2
    assert message in capsys.readouterr().err
