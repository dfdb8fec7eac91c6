"""Clients that send slowly, and bodies that never end, beside good clients."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.findings import Findings
from benchmarks.serving_scenarios.product import make_product
from benchmarks.serving_scenarios.server import p99, running

if TYPE_CHECKING:
    from pathlib import Path

RATE, ROUNDS = 500.0, 3
#: Seconds within which each of them must be closed.
LIMIT = 15.0
HEAD = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
ENDLESS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"1\r\n \r\n"


def slow(
    folder: Path, *words: str, headers: int = 500, bodies: int = 50, judged: bool = True
) -> Findings:
    """Open all of them at once, and wait until the server has closed them; then again."""
    findings = Findings(f"{headers} slow connections, {bodies} endless bodies")
    product = make_product(folder, *words)
    steady, attacked, took = [], [], list[float]()
    with running(product) as server, server.load("g", RATE) as load:
        time.sleep(1)
        for _ in range(ROUNDS if judged else 1):
            start = time.monotonic()
            time.sleep(10 if judged else 1)
            begun = time.monotonic()
            took += asyncio.run(_all(server.port, headers, bodies))
            steady.append((start, begun))
            attacked.append((begun, time.monotonic()))
    findings.none_failed(load.failed(), len(load.result.answers))
    closed = sum(each <= LIMIT for each in took)
    words_of = f"{closed} of {len(took)} closed within {LIMIT:.0f} s, the last after"
    findings.claim(f"{words_of} {max(took):.1f} s", holds=closed == len(took))
    findings.at_most_twice(p99(load.within(steady)), p99(load.within(attacked)), judged=judged)
    return findings


async def _all(port: int, headers: int, bodies: int) -> list[float]:
    slow_ones = (_send(port, HEAD, b"X", 1.0, at / headers) for at in range(headers))
    endless = (_send(port, ENDLESS, CHUNK, 0.2, at / bodies / 5) for at in range(bodies))
    return await asyncio.gather(*slow_ones, *endless)


async def _send(port: int, start: bytes, part: bytes, pause: float, phase: float) -> float:
    """Send a part now and then until the server closes; return after how many seconds it did.

    Each client has a phase of its own: many machines do not send in the same millisecond.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    sending = asyncio.create_task(_drip(writer, start, part, pause, phase))
    try:
        async with asyncio.timeout(4 * LIMIT):
            while await reader.read(65_536):
                pass
    except (ConnectionError, TimeoutError):
        pass
    took = time.monotonic() - began
    sending.cancel()
    writer.close()
    return took


async def _drip(
    writer: asyncio.StreamWriter, start: bytes, part: bytes, pause: float, phase: float
) -> None:
    writer.write(start)
    await asyncio.sleep(phase)
    while True:
        await asyncio.sleep(pause)
        writer.write(part)
