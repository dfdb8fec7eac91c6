from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.errors import ConfigError, DataError, StateError
from production.client import AsyncClient, Client, PredictionRequest, Reported

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = {
    "id": "a",
    "prediction": {"late": 0.5},
    "labels": ["late"],
    "release": "1.0.0",
    "generation": 1,
    "manifest": 1,
}


class Script:
    """What a server answers, one after the other, and what it was sent.

    An answer without a status closes the connection.
    """

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any, dict[str, str]]] = []
        self.bodies: list[Any] = []
        self.tokens: list[str | None] = []
        self.pauses: list[float] = []
        self.address = ""

    def client(self, **options: Any) -> Client:
        """Return a client of it that never waits."""
        return Client(self.address, pause=self.pauses.append, **options)


@pytest.fixture
def script() -> Iterator[Script]:
    """A server that answers by a script."""
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            script.tokens.append(self.headers["authorization"])
            body = self.rfile.read(int(self.headers["content-length"]))
            script.bodies.append(msgspec.json.decode(body))
            status, value, headers = script.answers.pop(0)
            if not status:
                self.close_connection = True
                return
            content = msgspec.json.encode(value)
            self.send_response(status)
            for name, text in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        script.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield script
        server.shutdown()
        thread.join()


def problem(status: int, **details: Any) -> tuple[int, Any, dict[str, str]]:
    """Return a problem as an answer."""
    value = {"title": "", "status": status, "detail": "no", **details}
    return status, value, {"retry-after": "2"}


def test_an_overloaded_server_is_asked_again(script: Script) -> None:
    """After the time it states, no longer than one's patience, and with the same id."""
    script.answers = [problem(503), problem(503), (200, ANSWER, {})]
    with script.client(patience=1.5) as client:
        assert client.predict(PredictionRequest(record={"size": 1.0})).prediction == {"late": 0.5}
    assert script.pauses == [1.5, 1.5]
    first, second, third = script.bodies
    assert first == second == third
    assert first["id"]


def test_a_broken_connection_is_opened_again(script: Script) -> None:
    """At once."""
    script.answers = [(200, ANSWER, {}), (0, None, {}), (200, ANSWER, {})]
    with script.client() as client:
        client.predict(PredictionRequest(record={}))
        assert client.predict(PredictionRequest(record={}, id="b")).id == "a"
    assert script.pauses == [0]


def test_retries_are_bounded(script: Script) -> None:
    """Then the server's reason is raised."""
    script.answers = [problem(503, detail="the queue is full")] * 3
    with script.client(retries=2) as client, pytest.raises(StateError, match="queue is full"):
        client.report([Reported(event="a", value=True)])
    assert script.pauses == [2, 2]


def test_an_id_that_the_server_makes(script: Script) -> None:
    """A key and a time make the server's id the same each time: the client states none."""
    script.answers = [(200, [ANSWER], {})]
    time = datetime(2026, 1, 1, tzinfo=UTC)
    with script.client() as client:
        client.predict_many([PredictionRequest(record={}, key="k", time=time)])
    assert script.bodies == [[{"record": {}, "key": "k", "time": "2026-01-01T00:00:00Z"}]]


@pytest.mark.parametrize(
    ("status", "kind"), [(422, DataError), (401, ConfigError), (404, StateError), (500, StateError)]
)
def test_a_problem_is_raised(script: Script, status: int, kind: type[Exception]) -> None:
    """As the kind of error it is, with the place, the server's words and its hint; once."""
    script.answers = [problem(status, row=3, field="size", hint="try less")]
    with script.client() as client, pytest.raises(kind, match="row 3: size: no → try less"):
        client.predict(PredictionRequest(record={}))


def test_the_token_is_sent(script: Script) -> None:
    """As a bearer token."""
    script.answers = [(200, ANSWER, {})]
    options = {"token": "t0ken"}
    with script.client(**options) as client:
        client.predict(PredictionRequest(record={}))
    assert script.tokens == ["Bearer t0ken"]


def test_asyncio(script: Script) -> None:
    """Calls wait beside each other."""
    script.answers = [(200, ANSWER, {})] * 3

    async def ask() -> list[Any]:
        async with AsyncClient(script.address) as client:
            return await asyncio.gather(
                *(client.predict(PredictionRequest(record={})) for _ in range(3))
            )

    assert len(asyncio.run(ask())) == 3


def test_no_server() -> None:
    """It is said where none answers, after some patience: one may be starting."""
    pauses: list[float] = []
    with (
        Client("http://127.0.0.1:9", retries=2, patience=0.5, pause=pauses.append) as client,
        pytest.raises(StateError, match=r"GET http://127.0.0.1:9/manifest.* no answer"),
    ):
        client.manifest()
    assert pauses == [0.5, 0.5]
