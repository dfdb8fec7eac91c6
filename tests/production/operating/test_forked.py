"""Processes that are forked from one which has loaded what agents need."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from multiprocessing import forkserver
from typing import TYPE_CHECKING

import pytest

from contracts.host.fork_server import FORKS
from production.operating.child_process import ChildProcess
from tests.production.operating.test_supervisor import ROOT, STAND_IN, stand_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not FORKS, reason="processes are forked on Linux alone")


async def started(*words: str) -> tuple[ChildProcess, asyncio.Queue[str]]:
    """Return a forked process, and what it reports."""
    lines = asyncio.Queue[str]()
    return await ChildProcess.start(stand_in("agent", *words), lines.put_nowait), lines


def test_it_has_loaded_what_agents_need() -> None:
    """It does not load it itself, and the system calls it by its name."""

    async def loaded() -> tuple[str, str]:
        child, lines = await started("loaded")
        await child.ended()
        return await lines.get(), await lines.get()

    assert asyncio.run(loaded()) == ("agent", "True")


@pytest.mark.parametrize(("what", "code"), [("done", 0), ("fails", 3), ("fails-later", 4)])
def test_its_exit_code_is_that_of_what_it_runs(what: str, code: int) -> None:
    """As a command's would be; one that a signal ended has minus its number."""

    async def ended() -> tuple[int, str]:
        child, _ = await started(what)
        return await child.ended(), child.error

    errors = {"done": "", "fails": "nothing works", "fails-later": "it broke"}
    assert asyncio.run(ended()) == (code, errors[what])


@pytest.mark.e2e
def test_where_what_it_is_forked_from_is_killed_it_ends_and_others_start(tmp_path: Path) -> None:
    """Nobody would learn how it ended, so it counts as ended, and does not go on unseen."""
    log = tmp_path / "log"
    os.mkfifo(log)

    async def orphaned() -> tuple[int, list[str]]:
        child, lines = await started("serve", str(log))
        await lines.get()
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        code, ended = await asyncio.gather(child.ended(), asyncio.to_thread(log.read_text))
        another, lines = await started("serve")
        said = await lines.get()
        await another.end()
        return code, [*ended.splitlines(), said]

    assert asyncio.run(orphaned()) == (255, ["agent ended", "order agent"])


STARTS = """
import asyncio, logging
from pathlib import Path
from production.operating.child_process import ChildProcess
from tests.production.operating.test_supervisor import stand_in
async def main():
    lines = asyncio.Queue()
    child = await ChildProcess.start(stand_in("agent", "serve"), lines.put_nowait)
    print(await lines.get(), Path(f"/proc/{child.pid}/cmdline").read_text().split(chr(0))[1:3])
    await child.end()
logging.basicConfig()
asyncio.run(main())
"""


@pytest.mark.e2e
def test_where_none_can_be_forked_it_is_started_by_itself(tmp_path: Path) -> None:
    """As where the name of the temporary folder is too long for a socket in it."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", STARTS]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == f"order agent {['-m', STAND_IN]}\n"
    assert "none can be forked: AF_UNIX path too long" in done.stderr
