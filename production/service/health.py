"""Answers whether the process lives, and whether it is ready for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.service.http import HttpResponse, json_response
from production.service.problems import nothing_deployed

if TYPE_CHECKING:
    from production.service.http import HttpRequest
    from production.service.writer import Writer
    from production.serving.engine import Engine


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    status: str = "alive"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Whether requests should be sent here.

    Attributes:
        ready: Whether they should.
        reasons: Why not.
    """

    ready: bool
    reasons: tuple[str, ...] = ()


class Health:
    """Answers ``GET /livez`` and ``GET /readyz``.

    Args:
        engine: What predicts.
        writer: What logs.
    """

    def __init__(self, *, engine: Engine, writer: Writer) -> None:
        self._engine, self._writer = engine, writer
        self._draining = False

    def drain(self) -> None:
        """Answer "not ready" from now on: the process is about to end."""
        self._draining = True

    def live(self, _: HttpRequest) -> HttpResponse:
        """Return that the process lives: it answers."""
        return json_response(Alive())

    def ready(self, _: HttpRequest) -> HttpResponse:
        """Return whether the process is ready: 200, or 503 with the reasons."""
        reasons = {
            nothing_deployed().detail: not self._engine.is_deployed,
            "the queue of events is full": self._writer.full,
            "the server is about to end": self._draining,
        }
        why = tuple(reason for reason, holds in reasons.items() if holds)
        return json_response(Ready(ready=not why, reasons=why), status=503 if why else 200)
