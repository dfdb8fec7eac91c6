"""Calls in processes that are forked from one which has loaded what they need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest
from joblib import cpu_count

from contracts.host.fork_server import FORKS

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "tests.contracts.compute.forking")
#: What would say how many threads there are, and how they wait.
UNSET = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOMP_SPINCOUNT"}
#: Seconds after which a process that should have ended counts as one that never does.
LATE = 120

pytestmark = pytest.mark.skipif(not FORKS, reason="processes are forked on Linux alone")


def said(word: str, **environment: str) -> list[str]:
    """Return what the command says until it and all that it started have ended."""
    own = {name: value for name, value in os.environ.items() if name not in UNSET}
    done = subprocess.run(
        [*COMMAND, word],
        cwd=ROOT,
        env={**own, **environment},
        capture_output=True,
        text=True,
        timeout=LATE,
        check=True,
    )
    assert not done.stderr
    return done.stdout.splitlines()


def test_they_have_loaded_what_calls_need_and_answer_in_order() -> None:
    """In processes of their own, whichever is done first."""
    numbers, processes, loaded = zip(*map(literal_eval, said("where")), strict=True)
    assert numbers == (0, 1, 2, 3)
    assert all(loaded)
    assert set(processes) <= {"ForkServerProcess-1", "ForkServerProcess-2"}


def test_they_share_the_cores() -> None:
    """Numeric libraries have as many threads as there are cores for a process, or as were set."""
    share = max(1, cpu_count() // 2)
    usual = {"spins": 10_000, "blas": share, "openmp": share}
    assert [*map(literal_eval, said("limited"))] == [usual] * 4
    threads = literal_eval(said("limited", OMP_NUM_THREADS="3")[0])
    assert threads == {**usual, "openmp": 3}
    assert literal_eval(said("limited", GOMP_SPINCOUNT="7")[0]) == {**usual, "spins": 7}


def test_an_error_of_a_call_ends_the_others() -> None:
    """Though those would never end."""
    assert said("fails")[-1] == "ZeroDivisionError"


def test_where_the_system_ends_a_process_the_error_says_so() -> None:
    """With what takes less memory; the others end too."""
    *_, last = said("killed")
    assert last.startswith("StateError where memory is short")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_they_end_with_the_command(number: signal.Signals) -> None:
    """However that ends: none is left behind, to hold its output open; only it speaks of it."""
    with subprocess.Popen(
        [*COMMAND, "waits"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["waits\n"] * 2
        if number == signal.SIGKILL:
            process.kill()
        else:
            os.killpg(process.pid, number)  # as a terminal does
        _, error = process.communicate(timeout=LATE)
    assert process.returncode == -number
    assert error.count("Traceback") == (number == signal.SIGINT)
