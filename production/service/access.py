"""Who may call which route: the host a request was sent to, and the token it carries."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

from production.service.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from production.registry.tokens import Token
    from production.service.http import HttpRequest
    from production.service.routes import Scope

#: The names of this machine to itself.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
#: What is never answered without a token.
GUARDED = frozenset({"promote", "admin"})
BEARER, BASIC = b"bearer ", b"basic "
#: What a browser is asked for, where it may be: it sends a password to every page of the host by
#: itself, so that nothing but reading is allowed by it.
SIGN_IN = b'Bearer, Basic realm="liaison: a token as the password", charset="UTF-8"'
#: How many headers that passed are remembered: a client always sends the same.
KNOWN = 100
#: The longest token that is hashed.
LONGEST = 200


class Guard:
    """Checks requests against the hosts and tokens of a server.

    Args:
        hosts: The names in a ``Host`` header that the server goes by, without the port and in any
            case: a page of another name that a browser resolved to this address must not reach it
            (DNS rebinding), nor one of another name that sends to this one (request forgery). None
            takes any name.
        required: Whether every scope but ``open`` takes a token.
        tokens: The tokens to begin with.
    """

    def __init__(
        self, *, hosts: Iterable[str] | None, required: bool, tokens: Iterable[Token] = ()
    ) -> None:
        self._hosts = None if hosts is None else frozenset(each.lower().encode() for each in hosts)
        self._known: set[bytes] = set()
        self._required = required
        self._tokens = tuple(tokens)

    def renew(self, tokens: Iterable[Token]) -> None:
        """Take other tokens from now on: one was made or revoked."""
        self._tokens = tuple(tokens)

    @property
    def is_closed(self) -> bool:
        """Whether a token is required and there is none: nobody could ask anything."""
        return self._required and not self._tokens

    def check(self, request: HttpRequest, scope: Scope) -> None:
        """Let a request pass; whose token it carries is put into ``request.caller``.

        Raises:
            Problem: 421 for another host, 403 from a page of another one or without the scope, 401
                without a valid token.
        """
        headers = request.headers
        host = headers.get(b"host", b"")
        if self._hosts is not None and host not in self._known:
            self._check_host(host)
        if b"origin" in headers or b"sec-fetch-site" in headers:
            self._check_page(headers)
        if scope != "open" and (self._required or scope in GUARDED):
            token = self._token(headers.get(b"authorization", b""), scope)
            if scope not in token.scopes:
                raise Problem(403, f"the token {token.name!r} lacks the scope {scope!r}")
            request.caller = token.name

    def _check_host(self, host: bytes) -> None:
        assert self._hosts is not None
        if _name(host) not in self._hosts:
            raise Problem(
                421,
                "this server does not go by the name in the Host header",
                hint="start it with serving.hosts=[NAME] if it should",
            )
        if len(self._known) < KNOWN:
            self._known.add(host)

    def _check_page(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse what a page elsewhere lets a browser send: some of it is sent without asking."""
        name = _name(headers.get(b"origin", b"").partition(b"://")[2])
        elsewhere = b"origin" in headers and self._hosts is not None and name not in self._hosts
        if elsewhere or headers.get(b"sec-fetch-site") == b"cross-site":
            raise Problem(
                403,
                "expected a request of no page, or of one that this server's host serves",
                hint="let the page ask a server of its own, or start this one with "
                "serving.hosts=[NAME] if the page is of that host",
            )

    def _token(self, header: bytes, scope: Scope) -> Token:
        """Return the token that a request carries.

        Raises:
            Problem: It carries none that is valid.
        """
        given = _given(header, may_sign_in=scope == "read")
        digest = sha256(given).hexdigest() if len(given) <= LONGEST else ""
        # Every token is compared, each in constant time, so that time tells nothing of any.
        same = [each for each in self._tokens if compare_digest(each.digest, digest)]
        if not same:
            raise Problem(
                401,
                "expected a valid token",
                hint="send the header Authorization: Bearer TOKEN; `python -m production "
                "task=token` makes one",
                headers=((b"www-authenticate", SIGN_IN if scope == "read" else b"Bearer"),),
            )
        return same[0]


def _given(header: bytes, *, may_sign_in: bool) -> bytes:
    """Return the token in a header: a bearer's, or the password of a person's browser.

    Args:
        header: The header ``Authorization``.
        may_sign_in: Whether a browser's password is taken.
    """
    if header[: len(BEARER)].lower() == BEARER:
        return header[len(BEARER) :].strip()
    if may_sign_in and header[: len(BASIC)].lower() == BASIC and len(header) <= 2 * LONGEST:
        try:
            return b64decode(header[len(BASIC) :].strip(), validate=True).partition(b":")[2]
        except Error:
            return b""
    return b""


def _name(host: bytes) -> bytes:
    """Return a ``Host`` header's name in lower case, without its port."""
    name, _, port = host.rpartition(b":")
    return (name if name and port.isdigit() else host).lower()
