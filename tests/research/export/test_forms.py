"""The table of forms: every kind of estimator has one that is right, and a wrong one is shown."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from research.export.exported import ExportedModel

FORMS = Path(__file__).parents[3] / "benchmarks" / "forms.py"


@pytest.mark.e2e
def test_each_is_right() -> None:
    """Eight pipelines are the estimators that they were fitted as, on rows drawn to hurt."""
    command = [sys.executable, str(FORMS), "--short"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=FORMS.parents[1]
    )
    assert done.returncode == 0, done.stdout + done.stderr
    forms = {line[:33].strip(): line[33:40].strip() for line in done.stdout.splitlines()[1:9]}
    assert forms == {
        "logistic": "onnx",
        "logistic, one-hot numbers": "onnx",
        "tree of values, scaler": "onnx",
        "forest": "onnx",
        "boosting, scaler": "onnx",
        "boosting, categories": "onnx",
        "older boosting, scaler": "onnx",
        "words": "skops",
    }
    assert "wrong: 0 of 8" in done.stdout


def test_a_wrong_form_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is served differs by more than rounding: the line says so, and the command fails."""
    right = ExportedModel.predict

    def wrong(self: ExportedModel, rows: Any) -> Any:
        return right(self, rows) + 2e-5

    monkeypatch.setattr(ExportedModel, "predict", wrong)
    assert runpy.run_path(str(FORMS))["main"](500, ["logistic"]) == 1
    shown = capsys.readouterr().out
    assert re.search(r"2\.0e-05 +\d+  WRONG", shown)
    assert "wrong: 1 of 1" in shown
