from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, get_args

import pytest

from contracts.errors import ConfigError
from contracts.host.clock import Stopwatch
from production.registry.tokens import Tokens, new_token
from production.service.access import Guard
from production.service.http import HttpRequest
from production.service.problems import Problem
from production.service.routes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.service.conftest import InService

SECRET, TOKEN = new_token("toy", "ci", ("predict", "read"), moment=0)
SCOPES = [scope for scope in get_args(Scope) if scope != "open"]
HOSTS = ("localhost", "127.0.0.1", "[::1]")


def status(guard: Guard, scope: Scope, **headers: str) -> int:
    """Return the status a request ends with, 200 if it may pass."""
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    try:
        guard.check(HttpRequest(method="GET", path="/", headers=encoded), scope)
    except Problem as problem:
        return problem.status
    return 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8080", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("evil.example", 421),
        ("localhost.evil.example:8080", 421),
        ("", 421),
    ],
)
def test_only_its_own_names_are_answered(host: str, expected: int) -> None:
    """A page that resolves its own name to this address is refused."""
    assert status(Guard(hosts=HOSTS, required=False), "open", host=host) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"origin": "http://localhost:3000"}, 200),
        ({"origin": "https://LOCALHOST"}, 200),
        ({"origin": "http://[::1]:8080"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://localhost.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
def test_a_page_of_another_host_is_refused(headers: dict[str, str], expected: int) -> None:
    """A browser says where the page is from; what is no page says nothing."""
    guard = Guard(hosts=HOSTS, required=False)
    assert status(guard, "predict", host="localhost", **headers) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"origin": "https://liaison.example"}, 200), ({"sec-fetch-site": "cross-site"}, 403)],
)
def test_where_any_name_is_taken_a_browser_knows_the_page(
    headers: dict[str, str], expected: int
) -> None:
    """The server does not know its own name; whether two sites differ the browser does."""
    guard = Guard(hosts=None, required=False)
    assert status(guard, "predict", host="liaison.example", **headers) == expected


def test_its_names_are_in_any_case() -> None:
    """As a person writes them into the configuration."""
    guard = Guard(hosts=("Liaison.Example",), required=False)
    assert status(guard, "open", host="liaison.EXAMPLE:80") == 200


def test_a_page_cannot_send_tensors(serve: Callable[..., InService]) -> None:
    """The Open Inference Protocol takes any media type, also those that need no leave to send."""
    origin = {b"origin": b"https://evil.example"}
    response = serve().ask("/v2/models/toy/infer", {}, kind=b"text/plain", headers=origin)
    assert response.status == 403


@pytest.mark.parametrize(
    ("scope", "header", "expected"),
    [
        ("open", "", 200),
        ("predict", "Bearer SECRET", 200),
        ("read", "bearer SECRET", 200),
        ("outcomes", "Bearer SECRET", 403),
        ("predict", "", 401),
        ("predict", "SECRET", 401),
        ("predict", "Basic SECRET", 401),
        ("predict", "Basic PASSWORD", 401),
        ("read", "Basic PASSWORD", 200),
        ("read", "basic PASSWORD", 200),
        ("read", "Basic SECRET", 401),
        ("read", "Basic not base64", 401),
        ("read", "Basic ", 401),
        ("predict", "Bearer SECRETx", 401),
        ("predict", "Bearer DIGEST", 401),
        ("predict", "Bearer " + "x" * 100_000, 401),
    ],
)
def test_a_token_opens_its_scopes(scope: Scope, header: str, expected: int) -> None:
    """And no others."""
    guard = Guard(hosts=None, required=True, tokens=[TOKEN])
    password = b64encode(f"anybody:{SECRET}".encode()).decode()
    header = header.replace("SECRET", SECRET).replace("DIGEST", TOKEN.digest)
    header = header.replace("PASSWORD", password)
    assert status(guard, scope, authorization=header) == expected


@pytest.mark.parametrize(
    ("scope", "expected"), [("predict", 200), ("read", 200), ("promote", 401), ("admin", 401)]
)
def test_what_changes_the_deployment_always_takes_a_token(scope: Scope, expected: int) -> None:
    """Even on loopback, where predictions do not."""
    assert status(Guard(hosts=None, required=False), scope) == expected


def test_a_browser_may_sign_in_to_read_and_to_nothing_else() -> None:
    """It sends a password to each page of the host by itself, so that none may change anything."""
    guard = Guard(hosts=None, required=True, tokens=[TOKEN])
    for scope in SCOPES:
        with pytest.raises(Problem) as caught:
            guard.check(HttpRequest(method="GET", path="/"), scope)  # type: ignore[arg-type]
        asked = dict(caught.value.headers)[b"www-authenticate"]
        assert (b"Basic" in asked) == (scope == "read")


def test_a_revoked_token_opens_nothing() -> None:
    """From the moment the guard has the new tokens."""
    guard = Guard(hosts=None, required=True, tokens=[TOKEN])
    guard.renew([])
    assert status(guard, "predict", authorization=f"Bearer {SECRET}") == 401


def test_a_token_is_not_in_what_is_stored() -> None:
    """Only its digest is."""
    assert SECRET not in repr(TOKEN)
    assert len(SECRET) >= 43


def test_a_public_address_without_a_token_is_refused(serve: Callable[..., InService]) -> None:
    """The server does not start, and says what makes one."""
    with pytest.raises(ConfigError, match=r"serving.host=0\.0\.0\.0 takes a token") as caught:
        serve(host="0.0.0.0")  # noqa: S104 - that is the point
    assert "task=token" in caught.value.hint


def test_a_public_address_takes_a_token(serve: Callable[..., InService]) -> None:
    """For all but health and the document, whatever the host is called."""
    service = serve((TOKEN,), host="0.0.0.0")  # noqa: S104 - as above
    host = {b"host": b"liaison.example"}
    token = {**host, b"authorization": f"Bearer {SECRET}".encode()}
    assert service.ask("/manifest", headers=token).status == 200
    assert service.ask("/manifest", headers=host).status == 401
    assert service.ask("/livez", headers=host).status == 200


def test_a_token_is_revoked_without_a_restart(serve: Callable[..., InService]) -> None:
    """At the next look at the database."""
    service = serve((TOKEN,), require_token=True, poll="10ms")
    token = {b"authorization": f"Bearer {SECRET}".encode()}
    assert service.ask("/manifest", headers=token).status == 200
    Tokens(service.serving.database).revoke("toy", "ci")
    waited = Stopwatch()
    while service.ask("/manifest", headers=token).status != 401:
        assert waited.seconds() < 60


#: What each route is for, stated here once more: nobody opens one by a slip in the table.
DECLARED: dict[Scope, set[str]] = {
    "open": {
        "GET /livez",
        "GET /readyz",
        "GET /openapi.json",
        "GET /v2",
        "GET /v2/health/live",
        "GET /v2/health/ready",
        "GET /v2/models/{name}",
        "GET /v2/models/{name}/ready",
        "GET /v2/models/{name}/versions/{version}",
        "GET /v2/models/{name}/versions/{version}/ready",
    },
    "predict": {
        "POST /predict",
        "POST /v2/models/{name}/infer",
        "POST /v2/models/{name}/versions/{version}/infer",
    },
    "outcomes": {"POST /outcomes"},
    "read": {
        "GET /",
        "GET /console/state.json",
        "GET /console/{fragment}",
        "GET /lineage/{event}",
        "GET /manifest",
        "GET /metrics",
        "GET /static/{file}",
    },
    "promote": {
        "POST /admin/approve",
        "POST /admin/promote",
        "POST /admin/refresh",
        "POST /admin/reject",
        "POST /admin/rollback",
    },
    "admin": {
        "POST /admin/pin",
        "POST /admin/quarantine",
        "POST /admin/retire",
        "POST /admin/select",
        "POST /admin/unpin",
    },
}


def test_every_route_has_the_scope_that_is_meant(serve: Callable[..., InService]) -> None:
    """As the table above says: a further route belongs into it."""
    routes = serve().application.service.routes.all
    scopes: dict[str, set[str]] = {}
    for route in routes:
        scopes.setdefault(route.scope, set()).add(f"{route.method} {route.path}")
    assert scopes == DECLARED


@pytest.mark.parametrize("required", [True, False], ids=["required", "loopback"])
def test_every_route_keeps_its_scope(serve: Callable[..., InService], *, required: bool) -> None:
    """Whoever calls it: without a token, with a wrong or revoked one, with one of each scope."""
    made = {scope: new_token("toy", scope, (scope,), moment=0) for scope in SCOPES}
    revoked, stored = new_token("toy", "revoked", tuple(SCOPES), moment=0)
    service = serve((stored, *(token for _, token in made.values())), require_token=required)
    Tokens(service.serving.database).revoke("toy", "revoked")
    service.application.watcher._renew()
    bearers = {"none": "", "wrong": f"Bearer {SECRET}", "revoked": f"Bearer {revoked}"}
    bearers |= {scope: f"Bearer {secret}" for scope, (secret, _) in made.items()}
    for route in service.application.service.routes.all:
        takes_token = route.scope in {"promote", "admin"} or (required and route.scope != "open")
        for name, bearer in bearers.items():
            headers = {b"authorization": bearer.encode()} if bearer else {}
            response = service.ask(route.path, method=route.method, headers=headers)
            expected = 403 if name in SCOPES else 401
            refused = takes_token and name != route.scope
            assert (response.status == expected) == refused, (route.path, name)
            assert response.status in ({expected} if refused else {200, 404, 415, 422})
            assert (b"www-authenticate" in dict(response.headers)) == (response.status == 401)
