"""The small products that come with it: their comparisons advise what their worlds deserve."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.config import compose
from contracts.moment import DAY, instant

ROOT = Path(__file__).parents[3]


def compared(product: str, folder: Path, *left_out: str) -> Any:
    """Return the report of a comparison with `open`, on data made for it."""
    paths = [f"product={product}", f"paths.data={folder}/data", f"paths.output={folder}/out"]
    but = [f"~task.options.lifecycles.{name}" for name in left_out]
    one = "compute.processes=1"  # a process of its own for each takes longer to start than to run
    compare = ["production", "task=compare", "task.options.against=open", one, *but]
    for words in (["contracts", "task=ingest"], compare):
        command = [sys.executable, "-m", *words, *paths]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return json.loads((folder / "out" / "report.json").read_text("utf-8"))


@pytest.mark.e2e
def test_the_advice_is_what_the_worlds_deserve(tmp_path: Path) -> None:
    """A model held still decays within three weeks of the drift; without one nothing pays."""
    changing = compared("outdoor", tmp_path / "outdoor", "interactive")
    assert changing["verdict"]["code"] == "static_decays_from"
    drift = instant(compose("contracts", ["product=outdoor"]).product.ingest.drift)
    assert 0 <= instant(f"{changing['verdict']['since']}T00:00:00Z") - drift <= 21 * DAY
    scores = {
        name: each["metrics"]["brier"]["value"] for name, each in changing["lifecycles"].items()
    }
    assert scores["dual"] == pytest.approx(scores["adaptive"], rel=1e-3)
    still = compared("diabetes", tmp_path / "diabetes", "interactive", "adaptive")
    assert still["verdict"]["code"] == "refresh_not_worth_it"
