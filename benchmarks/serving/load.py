"""The load: wrk asks one question over many connections, as fast as it is answered."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.serving.running import LOAD

if TYPE_CHECKING:
    from benchmarks.serving.running import Running

SCRIPT = Path(__file__).with_name("post.lua")


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a round showed.

    Attributes:
        requests: How many requests were answered.
        seconds: In how many seconds.
        p50: The median of their times, ms.
        p99: The time that 99 of 100 take at most, ms.
        failed: How many were not answered with 200, or not at all.
        busy: The processor time that the server took for each, µs.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int
    busy: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def check_installed() -> None:
    """Raise unless wrk is there.

    Raises:
        SystemExit: It is not.
    """
    missing = [name for name in ("wrk", "taskset") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"install {' and '.join(missing)} first: apt-get install wrk util-linux")


def ask(server: Running, body: Path, *, connections: int, seconds: float, pinned: bool) -> Load:
    """Return what a round of load on a server shows.

    Args:
        server: The server.
        body: The file with the body of each request.
        connections: Over how many connections requests are sent, each after the last answer.
        seconds: For how long.
        pinned: Whether the load comes from one core, which the servers do not have.
    """
    before = server.busy
    output = subprocess.run(
        [
            *(("taskset", "-c", LOAD) if pinned else ()),
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s"),
            *("-s", str(SCRIPT), f"http://127.0.0.1:{server.port}{server.contender.question.path}"),
            *("--", str(body)),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    load = msgspec.json.decode(output.splitlines()[-1], type=Load)
    busy = (server.busy - before) / max(load.requests, 1) * 1e6
    return msgspec.structs.replace(load, busy=busy)
