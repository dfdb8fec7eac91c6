from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.service.access import Guard
from production.service.http import Request
from production.service.problems import Problem
from production.service.tokens import new_token

if TYPE_CHECKING:
    from production.service.routes import Scope

SECRET, TOKEN = new_token("ci", ("predict", "read"), moment=0)
HOSTS = ("localhost", "127.0.0.1", "[::1]")


def status(guard: Guard, scope: Scope, **headers: str) -> int:
    """Return the status a request ends with, 200 if it may pass."""
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    try:
        guard.check(Request(method="GET", path="/", headers=encoded), scope)
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
    ("scope", "header", "expected"),
    [
        ("open", "", 200),
        ("predict", "Bearer SECRET", 200),
        ("read", "bearer SECRET", 200),
        ("outcomes", "Bearer SECRET", 403),
        ("predict", "", 401),
        ("predict", "SECRET", 401),
        ("predict", "Basic SECRET", 401),
        ("predict", "Bearer SECRETx", 401),
        ("predict", "Bearer DIGEST", 401),
        ("predict", "Bearer " + "x" * 100_000, 401),
    ],
)
def test_a_token_opens_its_scopes(scope: Scope, header: str, expected: int) -> None:
    """And no others."""
    guard = Guard(hosts=None, required=True, tokens=[TOKEN])
    header = header.replace("SECRET", SECRET).replace("DIGEST", TOKEN.digest)
    assert status(guard, scope, authorization=header) == expected


@pytest.mark.parametrize(
    ("scope", "expected"), [("predict", 200), ("read", 200), ("promote", 401), ("admin", 401)]
)
def test_what_changes_the_deployment_always_takes_a_token(scope: Scope, expected: int) -> None:
    """Even on loopback, where predictions do not."""
    assert status(Guard(hosts=None, required=False), scope) == expected


def test_a_revoked_token_opens_nothing() -> None:
    """From the moment the guard has the new tokens."""
    guard = Guard(hosts=None, required=True, tokens=[TOKEN])
    guard.renew([])
    assert status(guard, "predict", authorization=f"Bearer {SECRET}") == 401


def test_a_token_is_not_in_what_is_stored() -> None:
    """Only its digest is."""
    assert SECRET not in repr(TOKEN)
    assert len(SECRET) >= 43
