"""How long a route takes to answer, and with which status: counted beside the request."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from time import perf_counter_ns
from typing import TYPE_CHECKING

from production.service.http import HttpResponse
from production.service.problems import status_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from production.service.exposition import Sample
    from production.service.http import HttpRequest, Reply
    from production.service.routes import Handle

#: The upper bounds of the buckets, microseconds.
BOUNDS = tuple(
    step * unit for unit in (10, 100, 1_000, 10_000, 100_000, 1_000_000) for step in (1.0, 2.5, 5.0)
)
NANOSECONDS = tuple(bound * 1_000 for bound in BOUNDS)


class Timed:
    """A handler that counts its answers, by status and by how long they took.

    Called on the event loop alone, so that its counts need no lock.

    Args:
        path: The path of its route.
        handle: What answers.

    Attributes:
        path: The same.
        statuses: How many answers there were, by status.
    """

    def __init__(self, path: str, handle: Handle) -> None:
        self.path, self._handle = path, handle
        self.statuses: dict[int, int] = {}
        self._buckets, self._sum = [0] * (len(BOUNDS) + 1), 0

    def __call__(self, request: HttpRequest) -> Reply:
        """Return the handler's reply."""
        start = perf_counter_ns()
        try:
            reply = self._handle(request)
        except Exception as error:
            self._count(start, status_of(error))
            raise
        if isinstance(reply, HttpResponse):
            self._count(start, reply.status)
            return reply
        return self._finish(reply, start)

    def samples(self) -> Iterator[Sample]:
        """Yield the histogram of seconds."""
        labels = {"route": self.path}
        total = list(accumulate(self._buckets))
        for bound, count in zip(BOUNDS, total, strict=False):
            yield "_bucket", {**labels, "le": str(bound / 1e6)}, count
        yield "_bucket", {**labels, "le": "+Inf"}, total[-1]
        yield "_sum", labels, self._sum / 1e9
        yield "_count", labels, total[-1]

    async def _finish(self, reply: Awaitable[HttpResponse], start: int) -> HttpResponse:
        status = 503  # where neither follows, the deadline for answers has passed
        try:
            response = await reply
            status = response.status
        except Exception as error:
            status = status_of(error)
            raise
        finally:
            self._count(start, status)
        return response

    def _count(self, start: int, status: int) -> None:
        took = perf_counter_ns() - start
        self._buckets[bisect_left(NANOSECONDS, took)] += 1
        self._sum += took
        self.statuses[status] = self.statuses.get(status, 0) + 1
