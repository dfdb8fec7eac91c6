"""The task `operate` on the wall clock: a real engine, real agents, a real supervisor."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config.entry import main
from contracts.errors import StateError
from contracts.host.shared_clock import make_clock
from production.agents.supervised import OperatorRecord, operator_record
from production.client import Client, PredictionRequest
from production.database.database import Database
from production.operating.operate import operate_live
from production.registry.checkpoints import Checkpoints
from production.service.folder import live_state, make_live_state
from tests.production.operating.small import small_config
from tests.production.service.conftest import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    import pyarrow as pa

    from contracts.contract import Contract
    from production.settings import Production

SCRIPT = Path(__file__).with_name("operate_small.py")
ROOT, DEADLINE = SCRIPT.parents[3], 120.0


@pytest.fixture
def config(toy: ModuleType, contract: Contract, history: pa.Table, tmp_path: Path) -> Production:
    """The small product, operated by a lifecycle with two agents."""
    assert toy
    known_by = "task.options.known_by='1970-01-21T00:00:00Z'"
    words = ("model_updating=release_enforced", "serving.port=0", "feedback=source", known_by)
    return small_config(tmp_path, contract, history, "task=operate", *words)


@contextmanager
def operated(config: Production) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a supervisor, and the address that its engine reported; it is killed at the end."""
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(config).decode())
    process.stdin.close()
    process.stdin = None
    try:
        yield process, address(process)
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    """Return the address in the next line that has one."""
    assert process.stdout is not None
    for line in process.stdout:
        if match := re.search(r"http://\S+", line):
            return match[0]
    raise AssertionError("it ended before it served")


def wait_for(config: Production, reached: Callable[[OperatorRecord], bool]) -> OperatorRecord:
    """Return the supervisor's record once it is as expected."""
    end = time.monotonic() + DEADLINE
    with closing(Database(live_state(config).database)) as database:
        stored = operator_record(Checkpoints(database), "toy")
        while not reached(record := stored.load()):
            assert time.monotonic() < end, record
            time.sleep(0.05)
    return record


def pids(record: OperatorRecord) -> dict[str, int | None]:
    """Return the process of each child."""
    return {each.name: each.pid for each in record.children}


def is_running(pid: int) -> bool:
    """Return whether there is a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.e2e
def test_a_product_is_deployed_served_and_kept_running(config: Production) -> None:
    """An engine that is killed serves again, where it did; at SIGTERM all ends in order."""
    with operated(config) as (process, where), Client(where) as client:
        ask = PredictionRequest(record=RECORD, id="a")
        assert client.predict(ask).generation == 1
        first = wait_for(config, lambda record: all(pids(record).values()))
        assert [*pids(first)] == ["engine", "outcomes", "evaluation"]
        assert "training" in first.excluded
        os.kill(pids(first)["engine"] or 0, signal.SIGKILL)
        assert address(process) == where
        assert client.predict(ask).id == "a"
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
    last = wait_for(config, lambda record: all(each.is_over for each in record.children))
    assert {each.name: each.restarts for each in last.children}["engine"] == 1
    assert not any(is_running(pid) for pid in pids(first).values() if pid)


def test_an_accelerated_clock_without_a_history_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And a history on the wall clock: each names what goes with it."""
    assert main("production", usage="", arguments=("task=operate", "clock=accelerated")) == 2
    assert "traffic=replay" in capsys.readouterr().err
    words: Any = ("task=operate", "traffic=replay", "clock=wall")
    assert main("production", usage="", arguments=words) == 2
    assert "clock=accelerated" in capsys.readouterr().err


def test_a_state_that_a_history_was_played_to_is_not_operated(config: Production) -> None:
    """Its time is its own: the product would live in the past."""
    make_clock(make_live_state(config).clock, 7)
    with pytest.raises(StateError, match="its own time"):
        operate_live(config)
