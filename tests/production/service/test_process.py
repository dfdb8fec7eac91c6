"""Real servers in processes of their own, called over real connections."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

from contracts.errors import DataError
from production.client import Client, PredictionRequest, Reported
from tests.production.service.conftest import RECORD
from tests.production.service.running import DEADLINE, SERVERS, servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.contract import Contract
    from tests.production.conftest import Operation

pytestmark = pytest.mark.e2e

HEAVY = ("duckdb", "ibis", "jinja2", "pandas", "pandera", "river", "scipy", "skl2onnx", "sklearn")


@pytest.fixture
def serve(
    deployed: tuple[Operation, Path], contract: Contract, tmp_path: Path
) -> Iterator[Callable[..., Any]]:
    """Starts servers; each is killed at the end, if it still runs."""
    with servers(deployed, contract, tmp_path) as start:
        yield start


@pytest.mark.parametrize("name", SERVERS)
def test_serves_and_ends_in_order(serve: Callable[..., Any], name: str) -> None:
    """It prints where it serves what, answers, and on SIGTERM logs what it served and ends."""
    with serve(f"server={name}") as server:
        assert f"1.0.0/1 by manifest 1 · {name}" in server.line
        status, answer = server.ask("POST", "/predict", {"record": RECORD, "id": "a"})
        assert (status, answer["id"], answer["generation"]) == (200, "a", 1)
        assert server.ask("POST", "/outcomes", {"event": "a", "value": True})[1]["received"] == 1
        assert server.ask("POST", "/predict", {"record": {}})[0] == 422
        assert server.ask("GET", "/nothing")[0] == 404
        assert server.ask("GET", "/livez", host="evil.example")[0] == 421
        server.ask("POST", "/predict", {"record": RECORD, "id": "last"})
        server.end()
        assert server.logged() >= {"a", "last"}


def test_a_database_of_an_older_version_is_migrated(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """A newer version of the code serves what an older one deployed, without a further command."""
    with closing(sqlite3.connect(tmp_path / "state" / "liaison.db")) as connection:
        connection.executescript(
            "DROP TABLE tokens; ALTER TABLE generations DROP COLUMN lineage;"
            "UPDATE schema_version SET version = 2"
        )
    with serve() as server:
        assert "1.0.0/1 by manifest 1" in server.line
        server.end()
    with closing(sqlite3.connect(tmp_path / "state" / "liaison.db")) as connection:
        assert connection.execute("SELECT count(*) FROM tokens").fetchone() == (0,)


def test_loads_nothing_that_trains(serve: Callable[..., Any]) -> None:
    """The whole life of a serving process needs no data frame, query engine or estimator."""
    with serve() as server:
        server.ask("POST", "/predict", [{"record": RECORD}] * 40)
        server.ask("GET", "/openapi.json")
        server.end()
        modules = json.loads((server.folder / "modules.json").read_text())
    assert [name for name in HEAVY if name in modules] == []


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize(
    "bytes_sent",
    [b"", b"GET /livez HTTP/1.1\r\nHost: loc", b"X" * 10],
    ids=["nothing", "half a header", "no HTTP"],
)
def test_slow_headers_are_cut(serve: Callable[..., Any], name: str, bytes_sent: bytes) -> None:
    """A connection on which no request arrives is closed."""
    with (
        serve(f"server={name}", "serving.limits.headers=200ms") as server,
        closing(socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE)) as client,
    ):
        client.sendall(bytes_sent)
        while client.recv(4096):
            pass


@pytest.mark.parametrize("name", SERVERS)
def test_a_slow_body_is_cut(serve: Callable[..., Any], name: str) -> None:
    """A body that does not arrive in time is answered, and the connection closed."""
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with (
        serve(f"server={name}", "serving.limits.receive=200ms") as server,
        closing(socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE)) as client,
    ):
        client.sendall(head + b"Content-Length: 10\r\n\r\n{")
        answer = b""
        while part := client.recv(4096):
            answer += part
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("name", SERVERS)
def test_no_request_fails_while_it_ends(serve: Callable[..., Any], name: str) -> None:
    """A client on one connection is answered until it is told that the connection closes."""
    with serve(f"server={name}") as server:
        answered = []
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as client:
            while True:
                body = json.dumps({"record": RECORD, "id": f"e{len(answered)}"})
                client.request("POST", "/predict", body, {"content-type": "application/json"})
                response = client.getresponse()
                answered.append(json.loads(response.read())["id"])
                assert response.status == 200
                if len(answered) == 20:
                    server.process.send_signal(signal.SIGTERM)
                if response.getheader("connection") == "close":
                    break
        _, log = server.process.communicate(timeout=DEADLINE)
        assert server.process.returncode == 0, log
        assert server.logged() >= {*answered}


@pytest.mark.parametrize("name", SERVERS)
def test_the_client(serve: Callable[..., Any], name: str) -> None:
    """It predicts, reports and reads what serves, on a connection that stays."""
    with serve(f"server={name}") as server:
        with Client(f"http://127.0.0.1:{server.port}") as client:
            one = client.predict(PredictionRequest(record=RECORD, id="c"))
            many = client.predict_many([PredictionRequest(record=RECORD)] * 40)
            receipt = client.report([Reported(event="c", value=True)])
            assert client.lineage("c").prediction == tuple(one.prediction.values())
            assert client.manifest().revision == one.manifest == 1
            with pytest.raises(DataError, match="colour"):
                client.predict(PredictionRequest(record={"colour": "mauve", "size": None}))
        assert (receipt.received, receipt.accepted) == (1, 1)
        assert [each.prediction for each in many] == [one.prediction] * 40
        server.end()


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("binary", [True, False], ids=["bytes", "JSON"])
def test_triton_s_client(serve: Callable[..., Any], name: str, *, binary: bool) -> None:
    """The Open Inference Protocol as Triton's own client speaks it, nulls and errors included."""
    with (
        serve(f"server={name}") as server,
        closing(InferenceServerClient(f"127.0.0.1:{server.port}")) as client,
    ):
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("toy")
        assert not client.is_model_ready("other")
        metadata = client.get_model_metadata("toy", "1.0.0")
        inputs = [InferInput(each["name"], [3], each["datatype"]) for each in metadata["inputs"]]
        colours = np.array(["red", "blue", "green"], object)
        inputs[0].set_data_from_numpy(colours, binary_data=binary)
        inputs[1].set_data_from_numpy(np.array([0.5, 0.5, 0.25]), binary_data=binary)
        nulls = InferInput("size.null", [3], "BOOL")
        nulls.set_data_from_numpy(np.array([False, True, False]), binary_data=binary)
        wanted = [InferRequestedOutput(each, binary_data=binary) for each in ("id", "late")]
        result = client.infer("toy", [*inputs, nulls], request_id="t", outputs=wanted)
        everything = client.infer("toy", [*inputs, nulls], model_version="1.0.0")
        ids = result.as_numpy("id").tolist()
        assert ids == ([b"t-0", b"t-1", b"t-2"] if binary else ["t-0", "t-1", "t-2"])
        records = [
            {"record": {"colour": colour, "size": size}}
            for colour, size in (("red", 0.5), ("blue", None), ("green", 0.25))
        ]
        _, answers = server.ask("POST", "/predict", records)
        expected = [each["prediction"]["late"] for each in answers]
        assert result.as_numpy("late").tolist() == everything.as_numpy("late").tolist() == expected
        inputs[0].set_data_from_numpy(np.array(["mauve"] * 3, object), binary_data=binary)
        with pytest.raises(InferenceServerException, match=r"row 0: .*enum value 'mauve'"):
            client.infer("toy", inputs)
        server.end()
        assert server.logged() >= {"t-0", "t-1", "t-2"}
