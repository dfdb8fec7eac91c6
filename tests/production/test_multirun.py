"""Several runs of one command, beside each other, and live tasks as documents for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.e2e


def printed(entry: str, *words: str, folder: Path) -> Any:
    """Return the document that a command prints, run where no other does."""
    done = subprocess.run(
        [sys.executable, "-m", entry, "product=diabetes", *words, "--json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the product's data and its published contract."""
    folder = tmp_path_factory.mktemp("here")
    (folder / "contracts").mkdir()
    (folder / "contracts" / "published").symlink_to(ROOT / "contracts" / "published")
    assert printed("contracts", "task=ingest", folder=folder)["visits"] == 3000
    return folder


def figures(run: Any) -> Any:
    """Return what came of a run, which does not say how long it took."""
    keys = (
        "name",
        "digest",
        "generations",
        "trainings",
        "verdicts",
        "metrics",
        "months",
        "windows",
    )
    result = {"name": run["result"]["lifecycle"]["name"], **run["result"]}
    return {key: result[key] for key in keys}


@pytest.mark.long
def test_runs_beside_each_other_are_those_one_after_the_other(here: Path) -> None:
    """Each has a folder of its own, and the figures that it has alone."""
    words = ("-m", "lifecycle=open,adaptive", "product.until=2024-04-20T00:00:00Z")
    runs = {
        count: printed("production", *words, f"compute.processes={count}",
                       f"paths.output={here}/out{count}", folder=here)["runs"]
        for count in (1, 2)
    }  # fmt: skip
    for one, two in zip(runs[1], runs[2], strict=True):
        assert figures(one) == figures(two)
    assert [figures(each)["name"] for each in runs[2]] == ["open", "adaptive"]
    assert {path.name for path in (here / "out2").iterdir()} == {"0", "1"}


def test_live_tasks_print_documents(here: Path) -> None:
    """Of what was deployed, what serves and why, what was decided, who may ask, what was scored."""
    known_by = "task.options.known_by=2024-07-01T00:00:00Z"
    deployed = printed("production", "task=deploy", known_by, folder=here)
    assert (deployed["generation"], deployed["changed"]) == ("1.0.0/1", True)
    assert printed("production", "task=status", folder=here)["task"] == "status"
    assert printed("production", "task=explain", folder=here)["sentences"]
    pinned = printed("production", "task=pin", "task.options.why=a test", folder=here)
    assert (pinned["action"], pinned["why"]) == ("pin", "a test")
    token = printed("production", "task=token", "task.options.name=web", folder=here)
    assert (token["name"], len(token["token"]) > 20) == ("web", True)
    table = "task.options.rows=data/diabetes/events.parquet"
    scored = printed("production", "task=score", table, "compute.processes=1", folder=here)
    assert scored["predicted"] == scored["rows"] == 3000
