"""The application: from a request to a response, whatever the server and its protocol.

One plain callable: it finds the route, checks who asks, and calls the handler. A handler that need
not wait answers at once, without the cost of a task.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from production.service.http import HttpResponse
from production.service.problems import overloaded, problem_response
from production.service.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from production.service.access import Guard
    from production.service.http import HttpRequest, Reply
    from production.service.routes import Route


class Service:
    """Answers requests.

    Args:
        routes: The routes.
        guard: Decides who may call them.
        deadline: Seconds within which an answer that waits must be there.

    Attributes:
        routes: The routes.

    Raises:
        ConfigError: A route lacks its scope, or two have one method and path.
    """

    def __init__(self, routes: Iterable[Route], *, guard: Guard, deadline: float) -> None:
        self.routes, self._guard, self._deadline = Routes(routes), guard, deadline

    def answer(self, request: HttpRequest) -> Reply:
        """Return the response, or what becomes it within the deadline. Nothing is raised."""
        try:
            route = self.routes.find(request)
            self._guard.check(request, route.scope)
            reply = route.handle(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            return problem_response(error)
        return reply if isinstance(reply, HttpResponse) else self._finish(reply)

    async def _finish(self, reply: Awaitable[HttpResponse]) -> HttpResponse:
        try:
            async with asyncio.timeout(self._deadline):
                return await reply
        except TimeoutError:
            return problem_response(overloaded(f"no answer within {self._deadline:g} s"))
        except Exception as error:  # noqa: BLE001 - as above
            return problem_response(error)
