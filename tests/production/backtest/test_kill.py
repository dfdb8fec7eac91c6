"""The command itself, killed: nothing half-written is ever visible, and it completes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY, instant
from production.artifacts.store import LocalArtifacts

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
START = instant("2013-03-01T05:00:00Z")
#: Days of operation after which the process is killed, one process after the other.
KILLS = (0, 3)
DEADLINE = 600.0
TICK = 0.02
WORDS = (
    "lifecycle=adaptive",
    "product.contract=1.0.0",  # of few clauses: what a run proves first is not what is killed
    "product.until=2013-03-06T05:00:00Z",
    "trigger.every=3d",
    "strategy.window=14d",
    "task.options.bootstrap.repeats=20",
)

pytestmark = [pytest.mark.e2e, pytest.mark.early]


@pytest.fixture
def data(flights_data: Path, tmp_path: Path) -> Path:
    """A data folder with the reference product's events."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "flights").symlink_to(flights_data)
    return tmp_path / "data"


def begin(data: Path, output: Path) -> subprocess.Popen[bytes]:
    """Start the command, in a process group of its own."""
    command = [sys.executable, "-m", "production", *WORDS]
    return subprocess.Popen(
        [*command, f"paths.data={data}", f"paths.output={output}"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a command to succeed."""
    said, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, said.decode()


def wake(output: Path) -> int:
    """Return the wake-up that is due after the last committed one, as another process sees it."""
    database = output / "state" / "liaison.db"
    query = "select document from checkpoints where name = 'serving'"
    if not database.is_file():
        return -1
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as connection:
            rows = connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        # It is being made, or is locked by a commit.
        return -1
    return int(json.loads(rows[0][0])["until"]) if rows else -1


def committed(output: Path, room: Path) -> int:
    """Return the last committed wake-up that a killed process left.

    It is read from a copy: whoever reads first undoes a commit that was cut off, and that is the
    next process's work.
    """
    shutil.copytree(output / "state", room / "state")
    return wake(room)


def kill_after(process: subprocess.Popen[bytes], output: Path, days: int) -> int:
    """Kill a process once it has come so far, and return how far it was seen to have come."""
    until, far = time.monotonic() + DEADLINE, -1
    while time.monotonic() < until:
        far = wake(output)
        if far > START + days * DAY:
            break
        try:
            process.wait(timeout=TICK)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"it ended before day {days}: {process.communicate()[0].decode()}")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return far


def untimed(found: Any) -> Any:
    """Return a report without what says how long something took, as a verdict's words do."""
    if isinstance(found, dict):
        timed = [key for key in found if "seconds" in key or key.endswith("_us") or key == "words"]
        return {key: untimed(value) for key, value in found.items() if key not in timed}
    return [untimed(each) for each in found] if isinstance(found, list) else found


def said(output: Path) -> Any:
    """Return a run's report, but for the command that names its folder."""
    return {**untimed(json.loads((output / "report.json").read_text())), "command": ""}


def artifacts(output: Path) -> Iterator[str]:
    """Yield every published artifact, verified."""
    folder = output / "state" / "artifacts"
    store = LocalArtifacts(folder)
    for path in sorted((folder / "published").iterdir()):
        store.open(path.name)
        yield path.name


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_was_not(
    data: Path, tmp_path: Path
) -> None:
    """Each process goes on from the last committed wake-up; the reports say the same."""
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    files = set()
    for days in KILLS:
        process = begin(data, killed)
        far = kill_after(process, killed, days)
        assert START + days * DAY < far <= committed(killed, tmp_path / f"left-{days}")
        assert not (killed / "report.json").exists()
        assert all(artifacts(killed))
        files.add((killed / "state" / "liaison.db").stat().st_ino)
    finish(begin(data, killed))
    # None of them cleared what another had done.
    assert files == {(killed / "state" / "liaison.db").stat().st_ino}
    finish(begin(data, whole))
    assert said(killed) == said(whole)
    assert [*artifacts(killed)] == [*artifacts(whole)]
    assert not [*(killed / "state" / "artifacts" / "staged").iterdir()]
    assert not [*killed.rglob("*.part*"), *killed.rglob("*.tmp")]
