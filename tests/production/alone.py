"""Production in an environment of its own; run by `tox -e production-alone` only, by this path.

The name keeps it out of other runs, whose environments hold what must be missing here.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["dvc", "matplotlib", "optuna", "skrub"])
def test_absent(name: str) -> None:
    """Production's extras bring none of research's tools."""
    assert importlib.util.find_spec(name) is None


@pytest.mark.parametrize("task", ["describe", "taxonomy"])
def test_answers(task: str, tmp_path: Path) -> None:
    """Production's entry point answers without research's tools."""
    command = [sys.executable, "-m", "production", f"task={task}", f"paths.output={tmp_path}"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "autonomous" in answer.stdout


def test_usage() -> None:
    """Help is there without research's tools."""
    command = [sys.executable, "-m", "production", "--help"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "lifecycle" in answer.stdout
