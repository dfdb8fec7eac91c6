"""Real servers of the small product, in processes of their own, called over real connections."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.contract import Contract
    from tests.production.conftest import Operation

ROOT, SCRIPT = Path(__file__).parents[3], Path(__file__).with_name("toy_server.py")
SERVERS = ["uvicorn", "granian", "direct"]
DEADLINE = 60.0


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process, self.folder = process, folder
        assert process.stdout is not None
        self.line = process.stdout.readline()
        assert self.line, process.communicate(timeout=DEADLINE)
        self.port = int(self.line.partition("http://127.0.0.1:")[2].partition(" ")[0])
        self.wait_until_ready()

    def ask(self, method: str, path: str, value: Any = None, **headers: str) -> tuple[int, Any]:
        """Return the status and the JSON value of a response."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as client:
            body = None if value is None else json.dumps(value)
            client.request(method, path, body, {"content-type": "application/json", **headers})
            response = client.getresponse()
            return response.status, json.loads(response.read())

    def text(self, path: str) -> str:
        """Return the text of a response."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as client:
            client.request("GET", path)
            return client.getresponse().read().decode()

    def metric(self, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples with some labels, of all its processes."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.text("/metrics"))
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def wait_until_ready(self) -> None:
        """Return when it accepts connections."""
        end = time.monotonic() + DEADLINE
        while True:
            with suppress(ConnectionError):
                assert self.ask("GET", "/readyz")[0] == 200
                return
            assert time.monotonic() < end

    def end(self) -> str:
        """Tell it to end, and return what it logged; it must end by itself, as it should."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=DEADLINE)
        assert self.process.returncode == 0, log
        return log

    def logged(self) -> set[str]:
        """Return the ids in the event log."""
        with closing(sqlite3.connect(self.folder / "state" / "liaison.db")) as connection:
            return {row[0] for row in connection.execute("select id from events")}


@contextmanager
def servers(
    deployed: tuple[Operation, Path], contract: Contract, folder: Path
) -> Iterator[Callable[..., Any]]:
    """Yield what starts servers of one state; each is killed at the end, if it still runs."""
    shutil.copytree(deployed[1], folder / "state")
    with ExitStack() as running:
        yield lambda *overrides: running_server(
            contract, folder / "state", *overrides, running=running
        )


@contextmanager
def running_server(
    contract: Contract, state: Path, *overrides: str, running: ExitStack | None = None
) -> Iterator[Server]:
    """Yield a server of a state; it is killed at the end, of another context if one is given."""
    words = [str(contract.folder), str(state), str(state.parent / "modules.json")]
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), *words, "serving.port=0", *overrides],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with ExitStack() as own:
        (running or own).callback(_kill, process)
        yield Server(process, state.parent)


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
