"""Answers whether the process lives, and whether it is ready for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.service.http import HttpResponse, json_response
from production.service.problems import nothing_deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.service.http import HttpRequest
    from production.service.watcher import Watcher
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
        notes: What does not work now, while requests are answered.
    """

    ready: bool
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Health:
    """Answers ``GET /livez`` and ``GET /readyz``.

    Args:
        engine: What predicts.
        writer: What logs.
        watcher: What follows the newest manifest.
    """

    def __init__(self, *, engine: Engine, writer: Writer, watcher: Watcher) -> None:
        self._engine, self._writer, self._watcher = engine, writer, watcher
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
        ready = Ready(ready=not why, reasons=why, notes=tuple(self.notes()))
        return json_response(ready, status=503 if why else 200)

    def notes(self) -> Iterator[str]:
        """Yield what does not work now, while requests are answered."""
        if not self._watcher.is_confirmed:
            yield "the database was away at the start: the manifest that was known last serves"
        elif self._watcher.error:
            yield "newer manifests, or other tokens, cannot be followed now"
        if self._engine.failure:
            yield "the selector failed, so the champion serves alone: the log says why"
        if self._writer.error:
            yield "the database cannot be written now"
        if self._writer.spooled:
            yield "events wait on this host's disk to be written to the database"
