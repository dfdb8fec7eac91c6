"""Open consoles while the product serves: requests take as long as without them."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.product import make_product
from benchmarks.serving_scenarios.server import p99, running
from production.service.page.fragments import FRAGMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.serving_scenarios.server import RunningServer

CONSOLES, SHARE = 10, 0.7
#: How much longer the 99th percentile of answers may be with consoles.
MOST = 1.1


def consoles(
    folder: Path, *words: str, rounds: int = 6, seconds: float = 10.0, judged: bool = True
) -> Findings:
    """Open ten consoles and close them again, so many times, each for so many seconds."""
    findings = Findings(f"{CONSOLES} open consoles at {SHARE:.0%} of capacity")
    product = make_product(folder, *words)
    steady, looked, cpu = [], [], {"steady": 0.0, "looked": 0.0}
    with running(product) as server:
        capacity = server.capacity(4 if judged else 1)
        with server.load("c", SHARE * capacity) as load:
            time.sleep(1)
            for _ in range(rounds):
                start, before = time.monotonic(), _cpu(server)
                time.sleep(seconds)
                middle, between = time.monotonic(), _cpu(server)
                with _open(server):
                    time.sleep(seconds)
                    steady.append((start, middle))
                    looked.append((middle, time.monotonic()))
                    cpu["looked"] += _cpu(server) - between
                cpu["steady"] += between - before
    findings.note(f"capacity {capacity:,.0f}/s")
    findings.none_failed(load.failed(), len(load.result.answers))
    one, other = p99(load.within(steady)), p99(load.within(looked))
    words_of = f"p99 {one:.1f} ms without, {other:.1f} ms with them ({other / one:.2f} times)"
    findings.claim(words_of, holds=other <= MOST * one or not judged)
    more = (cpu["looked"] - cpu["steady"]) / (rounds * seconds)
    findings.note(f"they took {more:.1%} of a core")
    return findings


@contextmanager
def _open(server: RunningServer) -> Iterator[None]:
    """Look at the console as so many browsers do, as long as the context is open."""
    over = Event()
    threads = [
        Thread(target=_look, args=(server, name, every, over))
        for _ in range(CONSOLES)
        for name, every in FRAGMENTS.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _look(server: RunningServer, name: str, every: float, over: Event) -> None:
    """Ask for a fragment every so many seconds."""
    while not over.is_set():
        answer = server.get(f"/console/{name}")
        assert answer.status == 200, answer.status
        over.wait(every)


def _cpu(server: RunningServer) -> float:
    """Return the CPU seconds that the serving process has taken."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
