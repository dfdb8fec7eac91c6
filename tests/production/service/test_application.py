from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.errors import IntegrityError, StateError
from production.registry.tokens import new_token
from tests.production.service.conftest import RECORD, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.service.conftest import InService


def test_health(serve: Callable[..., InService]) -> None:
    """The process lives and is ready, until it is about to end."""
    service = serve()
    assert service.json("/livez") == {"status": "alive"}
    assert service.json("/readyz") == {"ready": True, "reasons": [], "notes": []}
    service.application.health.drain()
    response = service.ask("/readyz")
    assert response.status == 503
    assert msgspec.json.decode(response.body)["reasons"] == ["the server is about to end"]


def test_the_manifest_that_serves(serve: Callable[..., InService]) -> None:
    """With its revision."""
    served = serve().json("/manifest")
    assert served["revision"] == 1
    assert served["manifest"]["arms"]["champion"]["generation"] == 1


def test_lineage(serve: Callable[..., InService]) -> None:
    """A prediction leads to its data window, code, contract, training and manifest."""
    service = serve()
    service.json("/predict", {"record": RECORD, "id": "a/b c"})
    service.flush()
    assert service.problem("/lineage/unknown")["status"] == 404
    service.json("/predict", {"record": RECORD, "id": "a"})
    service.flush()
    lineage = service.json("/lineage/a")
    assert (lineage["event"], lineage["manifest"]) == ("a", 1)
    origin = lineage["origin"]
    assert (origin["code"], origin["contract"], origin["reason"]) == ("c0de", "1.0.0", "initial")
    assert origin["start"] < origin["known_by"] <= origin["end"]
    assert origin["rows"] > 0


def test_nothing_deployed(serve: Callable[..., InService]) -> None:
    """Predictions are refused with the command that deploys, and the process is not ready."""
    service = serve()
    service.serving.engine._deployed = None
    problem = service.problem("/predict", {"record": RECORD})
    assert (problem["status"], problem["detail"]) == (503, "nothing is deployed")
    assert "task=deploy" in problem["hint"]
    assert service.ask("/readyz").status == 503


def test_the_server_s_own_faults_are_not_shown(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client sees neither a path nor what went wrong; the log does."""
    service = serve()

    def fail(_: str) -> None:
        raise IntegrityError("/srv/secret/place: broken")

    monkeypatch.setattr(service.serving.engine, "choose", fail)
    response = service.ask("/predict", {"record": RECORD})
    assert b"secret" not in response.body


def test_a_full_queue_refuses(serve: Callable[..., InService]) -> None:
    """With 503 and when to try again; what is refused is counted, and not logged."""
    service = serve(queue=5)
    response = service.ask("/predict", [{"record": RECORD}] * 6)
    assert response.status == 503
    assert dict(response.headers) == {b"retry-after": b"1"}
    assert service.application.writer.counts.refused == 6
    assert service.ask("/predict", [{"record": RECORD}] * 5).status == 200


@pytest.mark.parametrize("path", ["/predict", "/outcomes", "/v2/models/toy/infer", "/admin/pin"])
def test_a_compressed_body_is_refused(serve: Callable[..., InService], path: str) -> None:
    """Whatever it unpacks to: the bound of a body is that of its bytes."""
    secret, token = new_token("toy", "ada", ("admin",), moment=0)
    bearer = {b"authorization": f"Bearer {secret}".encode()}
    service = serve((token,))
    problem = service.problem(path, {}, headers={**bearer, b"content-encoding": b"gzip"})
    assert problem["status"] == 415
    assert problem["detail"].endswith("not compressed, got gzip")
    plain = service.problem(path, {}, headers={**bearer, b"content-encoding": b"Identity"})
    assert plain["status"] == 422


def test_the_document_of_the_interface(serve: Callable[..., InService]) -> None:
    """Every route is in it with its scope; examples are golden rows, and they are answered."""
    service = serve()
    document = service.json("/openapi.json")
    scopes = {
        (path, method.upper()): operation.get("description", "Scope: open.")
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    routes = service.application.service.routes.all
    assert scopes == {(each.path, each.method): f"Scope: {each.scope}." for each in routes}
    ways = [{"token": []}, {"password": []}, {}]
    assert document["paths"]["/manifest"]["get"]["security"] == ways
    assert document["paths"]["/admin/pin"]["post"]["security"] == [{"token": []}]
    assert "UNSET" not in json.dumps(document)
    record = document["components"]["schemas"]["Record"]
    assert record["properties"]["colour"] == {"enum": ["blue", "green", "red"]}
    content = document["paths"]["/predict"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        assert service.ask("/predict", example["value"]).status == 200


def test_what_cannot_be_written_at_the_end_is_said(
    serve: Callable[..., InService],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """How many events are lost, and why: in the log, and by an error, so by the exit code."""
    service = serve()
    writer = service.application.writer

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(writer._log, "record", fail)
    monkeypatch.setattr("production.service.application.seconds", lambda _: 0.5)
    service.json("/predict", {"record": RECORD})
    with pytest.raises(StateError, match=r"1 events .* could not be written: disk full"):
        service.close()
    assert "1 events could not be written: disk full" in caplog.text


def test_a_record_on_its_own_is_told_where_it_stands(serve: Callable[..., InService]) -> None:
    """The first mistake of who reads the schema only; another unknown field is told nothing."""
    service = serve()
    assert "`record`" in service.problem("/predict", RECORD)["hint"]
    assert "hint" not in service.problem("/predict", {"record": RECORD, "kolour": 1})


def test_a_selector_that_fails_is_said(
    serve: Callable[..., InService], caplog: pytest.LogCaptureFixture
) -> None:
    """In the log with the reason, and in the notes until one works: an arm may be retired."""
    service = serve(poll="1h")
    component = {"_target_": "production.selectors.explicit.Explicit", "arm": "retired"}
    publish(service, selector="explicit", component=component)
    service.application.watcher.step()
    assert "the selector failed" in service.json("/readyz")["notes"][0]
    assert "retired" in caplog.text
    component = {"_target_": "production.selectors.champion.Champion"}
    publish(service, selector="champion", component=component)
    service.application.watcher.step()
    assert service.json("/readyz")["notes"] == []
