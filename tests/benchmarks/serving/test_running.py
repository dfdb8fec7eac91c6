from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.serving.load import ask
from benchmarks.serving.ours import bare
from benchmarks.serving.running import Running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e
EXPECTED = 0.25


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A bare server at work."""
    contender, *_ = bare(EXPECTED)
    running = Running(contender, tmp_path / "log", pinned=False, expected=EXPECTED)
    yield running
    running.stop()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="only the benchmark needs wrk")
def test_a_server_is_loaded(server: Running, tmp_path: Path) -> None:
    """A round of load is answered without a failure, and costs the server time and memory."""
    body = tmp_path / "body"
    body.write_bytes(server.contender.question.body)
    load = ask(server, body, connections=16, seconds=1, pinned=False)
    assert load.requests > 0
    assert load.failed == 0
    assert 0 < load.p50 <= load.p99
    assert load.busy > 0
    assert server.memory > 0


def test_another_model_is_refused(tmp_path: Path) -> None:
    """A server that answers with another probability than the generation's is not measured."""
    contender, *_ = bare(EXPECTED)
    with pytest.raises(RuntimeError, match="another model"):
        Running(contender, tmp_path / "log", pinned=False, expected=EXPECTED + 0.1)


def test_a_server_that_ends_is_no_answer(tmp_path: Path) -> None:
    """Why it ended is in the error."""
    contender, *_ = bare(EXPECTED)
    ending = type(contender)(
        name="ends",
        question=contender.question,
        command=(sys.executable, "-c", "raise SystemExit('no licence')"),
    )
    with pytest.raises(RuntimeError, match="no licence"):
        Running(ending, tmp_path / "log", pinned=False, expected=EXPECTED)
