from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from contracts.errors import ConfigError
from production.service.access import Guard
from production.service.app import Service
from production.service.http import HttpRequest, HttpResponse
from production.service.routes import Route, Routes
from tests.production.service.conftest import settled


def route(path: str, *, method: str = "GET", scope: Any = "read") -> Route:
    """Return a route that answers with its own path and what the path named."""
    return Route(
        method=method,
        path=path,
        scope=scope,
        handle=lambda request: HttpResponse(body=f"{path} {request.params}".encode()),
        summary="",
    )


@pytest.mark.parametrize("scope", [None, "", "write"])
def test_a_route_without_a_known_scope_does_not_start(scope: Any) -> None:
    """The application refuses it, and names the scopes."""
    with pytest.raises(ConfigError, match="/a: expected a scope") as caught:
        Routes([route("/a", scope=scope)])
    assert "predict, outcomes, read, promote, admin" in caught.value.hint


def test_two_routes_of_one_path_do_not_start() -> None:
    """One of them would never answer."""
    with pytest.raises(ConfigError, match="two routes answer GET /a"):
        Routes([route("/a"), route("/a")])


def answer(path: str, method: str = "GET") -> HttpResponse:
    """Return the response of a small application."""
    routes = [route("/a"), route("/a", method="POST"), route("/b/{x}"), route("/b/{x}/c/{y}")]
    service = Service(routes, guard=Guard(hosts=None, required=False), deadline=1)
    return settled(service.answer(HttpRequest(method=method, path=path)))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/a", b"/a {}"),
        ("/b/1.0", b"/b/{x} {'x': '1.0'}"),
        ("/b/1/c/2", b"/b/{x}/c/{y} {'x': '1', 'y': '2'}"),
    ],
)
def test_requests_reach_their_route(path: str, body: bytes) -> None:
    """By path, with what it names."""
    assert answer(path).body == body


@pytest.mark.parametrize("path", ["/", "/a/", "/b/", "/b/1/2", "/b/{x}/c", "//a"])
def test_an_unknown_path_is_404(path: str) -> None:
    """With where the paths are listed."""
    assert msgspec.json.decode(answer(path).body)["status"] == 404


def test_an_unknown_method_is_405() -> None:
    """With the methods there are; where there is GET there is HEAD."""
    response = answer("/a", "DELETE")
    assert (response.status, response.headers) == (405, ((b"allow", b"GET, HEAD, POST"),))


def test_an_answer_has_a_deadline() -> None:
    """Who waits too long is told to come again."""

    async def never(_: HttpRequest) -> HttpResponse:
        await asyncio.Event().wait()
        raise AssertionError

    slow = msgspec.structs.replace(route("/a"), handle=never)
    service = Service([slow], guard=Guard(hosts=None, required=False), deadline=0.01)
    response = settled(service.answer(HttpRequest(method="GET", path="/a")))
    assert response.status == 503
