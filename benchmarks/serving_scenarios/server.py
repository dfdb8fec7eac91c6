"""A server in a process of its own, as `task=serve` starts it, and the load on it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.serving_scenarios.load import LoadOrder, LoadResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.serving_scenarios.load import Answer
    from benchmarks.serving_scenarios.product import ScenarioProduct

ROOT = Path(__file__).parents[2]
DEADLINE = 120.0
CONNECTIONS = 16
SERVES = r"worker (\d+) \(process (\d+)\) serves"


class RunningServer:
    """A server that answers.

    Args:
        product: The product.
        words: Further overrides.
        log: The file that it logs to.
    """

    def __init__(self, product: ScenarioProduct, words: Sequence[str], log: Path) -> None:
        command = (sys.executable, "-m", "production", "task=serve", "serving.port=0")
        self._product, self._log = product, log
        with log.open("ab") as stderr:
            self.process = subprocess.Popen(
                [*command, *product.words, *words],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: {log.read_text()}")
        self.port = int(re.findall(r"http://127\.0\.0\.1:(\d+)", line)[0])
        until(lambda: self.get("/livez").status == 200)

    def get(self, path: str) -> Any:
        """Return the response to a request, its body read."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as client:
            client.request("GET", path)
            response = client.getresponse()
            response.content = response.read()  # type: ignore[attr-defined]
            return response

    def revision(self) -> int:
        """Return the revision of the manifest that serves."""
        return int(json.loads(self.get("/manifest").content)["revision"])

    def metric(self, name: str) -> float:
        """Return the sum of a metric's samples, of all its processes."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.get("/metrics").content.decode())
            for sample in family.samples
            if sample.name == name
        )

    def logged(self, pattern: str) -> list[Any]:
        """Return what a pattern matches in the log."""
        return re.findall(pattern, self._log.read_text(errors="replace"))

    def workers(self) -> dict[str, int]:
        """Return the newest process of each worker, by the worker's number."""
        return {number: int(process) for number, process in self.logged(SERVES)}

    def replace(self, worker: str) -> None:
        """Tell a worker to end, and return when another serves in its place."""
        count = len(self.logged(SERVES))
        os.kill(self.workers()[worker], signal.SIGTERM)
        until(lambda: len(self.logged(SERVES)) > count)

    def await_revision(self, revision: int) -> None:
        """Return when a manifest serves."""
        until(lambda: self.revision() == revision)

    def await_log(self, pattern: str) -> None:
        """Return when the log has a pattern."""
        until(lambda: bool(self.logged(pattern)))

    def end(self) -> int:
        """Tell it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE)

    @contextmanager
    def load(self, name: str, rate: float, **options: Any) -> Iterator[RunningLoad]:
        """Yield a load on it, which is stopped at the end."""
        order = LoadOrder(
            port=self.port,
            output=str(self._log.parent / f"{name}.answers"),
            name=name,
            records=self._product.records,
            rate=rate,
            **{"connections": CONNECTIONS, **options},
        )
        load = RunningLoad(order)
        try:
            yield load
        finally:
            load.stop()

    def capacity(self, seconds: float) -> float:
        """Return how many requests a second it answers if each client asks again at once."""
        with self.load("capacity", 0) as load:
            time.sleep(seconds / 4)
            start = time.monotonic()
            time.sleep(seconds)
            end = time.monotonic()
        return len(load.within([(start, end)])) / seconds


class RunningLoad:
    """Clients in a process of their own.

    Args:
        order: What they ask.

    Attributes:
        result: What they noted, once they are stopped.
    """

    def __init__(self, order: LoadOrder) -> None:
        script = str(ROOT / "benchmarks" / "serving_scenarios" / "load.py")
        self._process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE)
        self._output = order.output
        self._input: IO[bytes] = self._process.stdin  # type: ignore[assignment]
        self._input.write(msgspec.json.encode(order) + b"\n")
        self._input.flush()
        self.result = LoadResult(answers=[], outcomes=[], failures=[])

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def stop(self) -> None:
        """Stop, and take what they noted."""
        if self._process.returncode is None:
            self._process.communicate(timeout=DEADLINE)
            if self._process.returncode:
                raise RuntimeError(f"the load ended with {self._process.returncode}")
            content = Path(self._output).read_bytes()
            self.result = msgspec.msgpack.decode(content, type=LoadResult)

    def within(self, windows: Sequence[tuple[float, float]]) -> list[Answer]:
        """Return the answers that came in some windows of time."""
        return [
            answer
            for answer in self.result.answers
            if any(start <= answer.at < end for start, end in windows)
        ]

    def failed(self) -> list[str]:
        """Return what failed: requests without an answer, and answers that are errors."""
        statuses = [str(each.status) for each in self.result.answers if each.status != 200]
        return [why for _, why in self.result.failures] + statuses


@contextmanager
def running(product: ScenarioProduct, *words: str) -> Iterator[RunningServer]:
    """Yield a server of a product; it is killed at the end, if it still runs."""
    server = RunningServer(product, words, product.state.folder / "server.log")
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
        assert server.process.stdout is not None
        server.process.stdout.close()


def until(condition: Callable[[], bool], seconds: float = DEADLINE) -> None:
    """Return when a condition holds.

    Raises:
        TimeoutError: It does not in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.02)


def p99(answers: Sequence[Answer]) -> float:
    """Return the 99th percentile of how long answers took, in milliseconds."""
    return float(np.quantile([each.took for each in answers], 0.99) * 1e3) if answers else 0.0
