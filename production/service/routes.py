"""The table of routes: each states its method, path, scope, and what it takes and gives.

The same table dispatches requests, decides who may call what, and becomes the OpenAPI document.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

import msgspec

from contracts.errors import ConfigError
from production.service.http import HttpRequest, Reply
from production.service.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a caller may do. ``open`` needs no token: health, and the document of the interface.
Scope = Literal["open", "predict", "outcomes", "read", "promote", "admin"]
PARAMETER = re.compile(r"\\\{(\w+)\\\}")

Handle = Callable[[HttpRequest], Reply]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One route.

    Attributes:
        method: The method.
        path: The path; ``{name}`` stands for one segment, which the handler reads by its name.
        scope: What a caller must be allowed to do.
        handle: What answers.
        summary: What it does, in one line.
        takes: The type of a request's JSON body, or None.
        gives: The type of a JSON response, or None.
        kinds: The media types it takes besides, by the media types it then gives.
        example: JSON values of requests for the document, made when they are asked for.
        problems: The statuses of the problems it may answer with.
    """

    method: str
    path: str
    scope: Scope
    handle: Handle
    summary: str
    takes: Any = None
    gives: Any = None
    kinds: dict[str, str] = {}
    example: Callable[[], Any] | None = None
    problems: tuple[int, ...] = ()


def get(path: str, scope: Scope, handle: Handle, summary: str, **details: Any) -> Route:
    """Return a route that is read; ``details`` are the other attributes of a `Route`."""
    return Route(method="GET", path=path, scope=scope, handle=handle, summary=summary, **details)


def post(path: str, scope: Scope, handle: Handle, summary: str, **details: Any) -> Route:
    """Return a route that takes a body; ``details`` are the other attributes of a `Route`."""
    return Route(method="POST", path=path, scope=scope, handle=handle, summary=summary, **details)


class Routes:
    """The routes of an application, ready to dispatch.

    Args:
        routes: The routes.

    Raises:
        ConfigError: A route lacks a known scope, or two have one method and path.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.all = tuple(routes)
        self._exact: dict[str, dict[str, Route]] = {}
        self._patterns: dict[str, dict[str, Route]] = {}
        for route in self.all:
            self._add(route)
        self._compiled = [(re.compile(each), by) for each, by in self._patterns.items()]

    def find(self, request: HttpRequest) -> Route:
        """Return the route of a request, with what its path names put into ``request.params``.

        Raises:
            Problem: There is none: 404, or 405 with the methods there are.
        """
        methods = self._exact.get(request.path) or self._match(request)
        route = methods.get(request.method)
        if route is None and request.method == "HEAD":
            route = methods.get("GET")
        if route is None:
            allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
            raise Problem(
                405,
                f"{request.method} is not allowed here, expected {allowed}",
                headers=((b"allow", allowed.encode()),),
            )
        return route

    def _match(self, request: HttpRequest) -> dict[str, Route]:
        for pattern, methods in self._compiled:
            match = pattern.fullmatch(request.path)
            if match:
                request.params = match.groupdict()
                return methods
        raise Problem(404, "nothing is at this path", hint="GET /openapi.json lists the paths")

    def _add(self, route: Route) -> None:
        if route.scope not in get_args(Scope):
            raise ConfigError(
                f"{route.method} {route.path}: expected a scope, got {route.scope!r}",
                hint=f"one of {', '.join(get_args(Scope))}",
            )
        if "{" in route.path:
            pattern = PARAMETER.sub(r"(?P<\1>[^/]+)", re.escape(route.path))
            methods = self._patterns.setdefault(pattern, {})
        else:
            methods = self._exact.setdefault(route.path, {})
        if route.method in methods:
            raise ConfigError(f"two routes answer {route.method} {route.path}")
        methods[route.method] = route
