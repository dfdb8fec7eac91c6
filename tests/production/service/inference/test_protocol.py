from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from production.service.inference.protocol import OCTETS
from tests.production.service.conftest import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.service.conftest import InService

MODEL = "/v2/models/toy"
INFER = f"{MODEL}/infer"


def asked(n: int = 1, **more: Any) -> dict[str, Any]:
    """Return a request for the predictions of n rows."""
    return {
        "inputs": [
            {"name": "colour", "shape": [n, 1], "datatype": "BYTES", "data": ["red"] * n},
            {"name": "size", "shape": [n, 1], "datatype": "FP64", "data": [0.5] * n},
        ],
        **more,
    }


def outputs(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an answer by name."""
    return {each["name"]: each["data"] for each in answer["outputs"]}


def test_the_model(serve: Callable[..., InService]) -> None:
    """The product with its contract's version and columns, as tensors of any number of rows."""
    service = serve()
    model = service.json(f"{MODEL}/versions/1.0.0")
    assert model == service.json(MODEL)
    assert (model["name"], model["versions"]) == ("toy", ["1.0.0"])
    assert [(each["name"], each["datatype"], each["shape"]) for each in model["inputs"]] == [
        ("colour", "BYTES", [-1]),
        ("size", "FP64", [-1]),
    ]
    assert {"name": "late", "datatype": "FP64", "shape": [-1]} in model["outputs"]
    assert service.json("/v2")["extensions"] == ["binary_tensor_data"]


def test_health(serve: Callable[..., InService]) -> None:
    """The server and the model are ready until the process is about to end."""
    service = serve()
    paths = ("/v2/health/ready", f"{MODEL}/ready", f"{MODEL}/versions/1.0.0/ready")
    assert service.json("/v2/health/live") == {"live": True}
    assert [service.json(path)["ready"] for path in paths] == [True] * 3
    service.application.health.drain()
    assert [service.ask(path).status for path in paths] == [503] * 3


def test_a_row(serve: Callable[..., InService]) -> None:
    """It is predicted as any other, and logged under the request's id."""
    service = serve()
    answer = service.json(INFER, asked(id="a"))
    expected = service.json("/predict", {"record": RECORD})
    assert (answer["id"], answer["model_name"], answer["model_version"]) == ("a", "toy", "1.0.0")
    assert outputs(answer) == {
        "late": [expected["prediction"]["late"]],
        "id": ["a"],
        "release": ["1.0.0"],
        "generation": [1],
        "manifest": [1],
    }
    service.flush()
    lineage = service.json("/lineage/a")
    assert msgspec.json.decode(lineage["features"]) == RECORD


@pytest.mark.parametrize("n", [0, 5, 800])
def test_rows(serve: Callable[..., InService], n: int) -> None:
    """Answers have the rows and the shape of what was asked, in a thread or not."""
    answer = serve().json(INFER, asked(n, outputs=[{"name": "late"}]))
    (late,) = answer["outputs"]
    assert (late["name"], late["shape"], len(late["data"])) == ("late", [n, 1], n)


def test_bytes(serve: Callable[..., InService]) -> None:
    """Inputs and outputs behind the JSON, each as it is asked for."""
    service = serve()
    size = np.array([0.5, np.nan], "<f8").tobytes()
    inputs = [
        {"name": "colour", "shape": [2], "datatype": "BYTES", "data": ["red", "blue"]},
        {
            "name": "size",
            "shape": [2],
            "datatype": "FP64",
            "parameters": {"binary_data_size": len(size)},
        },
    ]
    wanted = [{"name": "generation"}, {"name": "late", "parameters": {"binary_data": True}}]
    header = msgspec.json.encode({"inputs": inputs, "outputs": wanted})
    length = str(len(header)).encode()
    response = service.ask(
        INFER,
        body=header + size,
        kind=OCTETS,
        headers={b"inference-header-content-length": length},
    )
    ends = int(dict(response.headers)[b"inference-header-content-length"])
    generation, late = msgspec.json.decode(response.body[:ends])["outputs"]
    assert (response.kind, generation["data"]) == (OCTETS, [1, 1])
    assert late["parameters"] == {"binary_data_size": 16}
    records = [{"record": RECORD}, {"record": {"colour": "blue", "size": None}}]
    expected = [each["prediction"]["late"] for each in service.json("/predict", records)]
    assert np.frombuffer(response.body[ends:]).tolist() == expected


@pytest.mark.parametrize(
    ("path", "value", "status", "detail"),
    [
        ("/v2/models/other/infer", asked(), 404, "no model other 1.0.0 is served here"),
        (f"{MODEL}/versions/2/infer", asked(), 404, "no model toy 2 is served here"),
        (INFER, {"inputs": 3}, 422, "not a request of the protocol"),
        (INFER, {"inputs": []}, 422, "`array` of length >= 1"),
        (INFER, asked(outputs=[{"name": "early"}]), 422, "no output 'early'"),
        (INFER, asked(outputs=[{"name": "id"}] * 2), 422, "an output is named twice"),
        (INFER, asked(sequence=1), 422, "unknown field `sequence`"),
    ],
)
def test_refused(
    serve: Callable[..., InService], path: str, value: Any, status: int, detail: str
) -> None:
    """As problems, which state the detail again where clients of the protocol look for it."""
    problem = serve().problem(path, value)
    assert (problem["status"], problem["error"]) == (status, problem["detail"])
    assert detail in problem["detail"]


def test_a_row_that_is_no_record(serve: Callable[..., InService]) -> None:
    """Its row is named, and none is logged."""
    service = serve()
    value = asked(2, id="a")
    value["inputs"][0]["data"] = ["red", "mauve"]
    problem = service.problem(INFER, value)
    assert (problem["status"], problem["row"], problem["field"]) == (422, 1, "colour")
    assert problem["error"].startswith("row 1: ")
    service.flush()
    assert service.problem("/lineage/a-0")["status"] == 404


SIZE = b'{"name": "size", "shape": [1], "datatype": "FP64", "data": [0.5]}'


@pytest.mark.parametrize(
    ("headers", "body", "detail"),
    [
        ({b"inference-header-content-length": b"999"}, b"{}", "not within the body"),
        ({b"inference-header-content-length": b"-1"}, b"{}", "not within the body"),
        ({b"content-encoding": b"gzip"}, b"{}", "got gzip"),
        ({}, b'{"inputs": [%b], "inputs": [%b]}' % (SIZE, SIZE), "'inputs' is given twice"),
        (
            {b"inference-header-content-length": b"%d" % (len(SIZE) + 14)},
            b'{"inputs": [%b]}more' % SIZE,
            "4 bytes after the last input",
        ),
    ],
)
def test_refused_bodies(
    serve: Callable[..., InService], headers: dict[bytes, bytes], body: bytes, detail: str
) -> None:
    """A body that is not as its headers say."""
    assert detail in serve().problem(INFER, body=body, headers=headers)["error"]


def test_nothing_deployed(serve: Callable[..., InService]) -> None:
    """The model is not ready, and asking for predictions says how to deploy."""
    service = serve()
    service.serving.engine._deployed = None
    assert service.ask(f"{MODEL}/ready").status == 503
    assert "task=deploy" in service.problem(INFER, asked())["hint"]
