"""The runs of a comparison beside each other, each in a process of its own."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.config import compose, instantiate

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
WORDS = (
    "task=compare",
    "product=diabetes",
    "product.until=2024-05-10T00:00:00Z",
    "task.options.bootstrap.repeats=20",
    "task.options.against=dual",
    "~task.options.lifecycles.open",
    "~task.options.lifecycles.interactive",
    "~task.options.lifecycles.adaptive",
    'task.options.lifecycles.monthly=["lifecycle=adaptive","trigger.every=30d"]',
)

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.early]


@pytest.fixture
def compared(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command with further words."""
    product = compose("contracts", ["product=diabetes", f"paths.data={tmp_path}/data"]).product
    instantiate(product.ingest, "product.ingest")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "production", *WORDS, f"paths.data={tmp_path}/data", *words],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "120"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def lifecycles(folder: Path) -> dict[str, Any]:
    """Return what a comparison says of each, but for how long it took."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())["lifecycles"]
    for each in found.values():
        for name in ("seconds", "training_seconds", "shared_fits", "proof"):
            del each[name]
        del each["verdict"]["cost"]["seconds"], each["verdict"]["words"]
    return found


def test_runs_beside_each_other_are_those_one_after_the_other(
    compared: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """With equal figures, and each says how far it is; an error of one is the command's."""
    one, two = tmp_path / "one", tmp_path / "two"
    assert compared(f"paths.output={one}", "compute.processes=1").returncode == 0
    done = compared(f"paths.output={two}", "compute.processes=2")
    assert done.returncode == 0, done.stderr
    assert {"dual: 2024-04-01", "monthly: 2024-04-01"} <= set(re.split("[,\\n]", done.stderr))
    assert list(lifecycles(two)) == ["dual", "monthly"]
    assert lifecycles(one) == lifecycles(two)
    with (two / "monthly" / "state.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = compared(f"paths.output={two}", "compute.processes=2")
    assert done.returncode == 5
    assert "ConflictError: another process is running in" in done.stderr
    assert "→ wait for it, or set paths.output to another folder" in done.stderr
