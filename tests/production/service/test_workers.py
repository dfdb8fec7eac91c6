"""Several processes on one port: killed, told to end, and ended together."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import time
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

import pytest

from tests.production.service.conftest import RECORD
from tests.production.service.running import DEADLINE, SERVERS, servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.contract import Contract
    from tests.production.conftest import Operation
    from tests.production.service.running import Server

pytestmark = pytest.mark.e2e


@pytest.fixture
def serve(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path
) -> Iterator[Callable[..., Any]]:
    """Starts servers of two workers; each is killed at the end, if it still runs."""
    with servers(deployed, contract, tmp_path) as start:
        yield lambda *words: start("serving.workers=2", *words)


class Log:
    """What a server logs, line by line."""

    def __init__(self, server: Server) -> None:
        assert server.process.stderr is not None
        self._stream, self.lines = server.process.stderr, list[str]()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Return the match of the next line that has one."""
        for line in self._stream:
            self.lines.append(line)
            if match := re.search(pattern, line):
                return match
        raise AssertionError("".join(self.lines))

    def workers(self) -> dict[int, int]:
        """Return the process of each worker, once both serve."""
        matches = [self.wait_for(r"worker (\d) \(process (\d+)\) serves") for _ in range(2)]
        return {int(match[1]): int(match[2]) for match in matches}


class Load:
    """Clients that predict one after the other, each on a new connection."""

    def __init__(self, server: Server) -> None:
        self._server, self._stop = server, Event()
        self.answered, self.errors = list[str](), list[str]()
        self._threads = [Thread(target=self._run, args=(name,)) for name in "ab"]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(DEADLINE)

    def wait_for_more(self, count: int) -> None:
        """Return when so many more were answered."""
        end, goal = time.monotonic() + DEADLINE, len(self.answered) + count
        while len(self.answered) < goal and not self.errors:
            assert time.monotonic() < end
            self._stop.wait(0.01)

    def _run(self, name: str) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            try:
                self._ask(f"{name}{number}")
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(repr(error))

    def _ask(self, event: str) -> None:
        with closing(
            http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=DEADLINE)
        ) as client:
            body = json.dumps({"record": RECORD, "id": event})
            client.request("POST", "/predict", body, {"content-type": "application/json"})
            response = client.getresponse()
            response.read()
            (self.answered if response.status == 200 else self.errors).append(event)


@pytest.mark.parametrize("name", SERVERS)
def test_a_worker_that_is_told_to_end_hands_over(serve: Callable[..., Any], name: str) -> None:
    """No connection is refused, no request fails, and another takes its place."""
    with serve(f"server={name}") as server:
        assert server.line.endswith(f" · {name} · 2 workers\n")
        log = Log(server)
        workers = log.workers()
        with Load(server) as load:
            load.wait_for_more(20)
            os.kill(workers[1], signal.SIGTERM)
            replaced = log.wait_for(r"worker 1 \(process (\d+)\) serves")
            load.wait_for_more(20)
        assert load.errors == []
        assert int(replaced[1]) != workers[1]
        server.end()
        assert server.logged() >= {*load.answered}


def test_a_worker_that_dies_is_replaced(serve: Callable[..., Any]) -> None:
    """The log says what ended it, and one scrape has the counters of both, with its restart."""
    with serve() as server:
        log = Log(server)
        workers = log.workers()
        os.kill(workers[2], signal.SIGKILL)
        log.wait_for(r"worker 2 \(process \d+\) was ended by SIGKILL; another starts in 0\.1 s")
        log.wait_for(r"worker 2 \(process \d+\) serves")
        for number in range(30):  # each on a connection of its own
            assert server.ask("POST", "/predict", {"record": RECORD, "id": f"m{number}"})[0] == 200
        end = time.monotonic() + DEADLINE
        while server.metric("liaison_requests_total", route="/predict") != 30:
            assert time.monotonic() < end  # what another says is up to a second old
        assert server.metric("liaison_worker_restarts_total", worker="2") == 1
        server.end()
        assert server.logged() >= {f"m{number}" for number in range(30)}


def test_workers_end_with_their_supervisor(serve: Callable[..., Any]) -> None:
    """A supervisor that is killed leaves nobody at work on its port."""
    with serve() as server:
        workers = Log(server).workers()
        server.process.kill()
        server.process.communicate(timeout=DEADLINE)  # its log ends when the workers do
        assert len(workers) == 2
        with pytest.raises(ConnectionRefusedError):
            server.ask("GET", "/livez")


def test_what_cannot_start_is_not_tried_for_ever(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path
) -> None:
    """A product that nobody may ask ends its supervisor with an error, as it ends one process."""
    with (
        servers(deployed, contract, tmp_path) as start,
        pytest.raises(AssertionError, match="takes a token") as caught,
        start("serving.workers=2", "serving.require_token=true"),
    ):
        pass
    assert "of 2 workers ended with an error" in str(caught.value)
