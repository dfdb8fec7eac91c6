"""Answers the console: its page, its fragments, its state as JSON, and its files.

What is shown is read and rendered in a thread, and kept for a moment: however many consoles are
open, each process reads once in that time.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from contracts.errors import StateError
from contracts.host.clock import Stopwatch
from production.service.http import HttpResponse, json_response
from production.service.page.alarms import Alarm
from production.service.page.assets import Assets
from production.service.page.fragments import FRAGMENTS, POLICY, Fragments
from production.service.page.state import ConsoleState
from production.service.page.traffic import TrafficWatch
from production.service.problems import Problem, overloaded
from production.service.threads import BoundedThreads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from production.service.exposition import Family
    from production.service.http import Headers, HttpRequest
    from production.service.page.read import ConsoleReader

LOG = logging.getLogger("liaison.service")
#: Seconds for which what was read is shown.
FRESH = 2.0
HTML = b"text/html; charset=utf-8"
AWAY = Alarm(
    tone="bad",
    what="the database cannot be read now",
    why="all but the traffic is as it was read last",
)
Result = TypeVar("Result")
#: What a browser may do with the page, and that it keeps nothing of it.
GUARDED: Headers = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
FOREVER: Headers = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"x-content-type-options", b"nosniff"),
)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What was read at a moment, and what was rendered of it: filled as it is asked for."""

    state: ConsoleState
    rendered: dict[str, bytes]


class Console:
    """Answers the console's routes.

    Args:
        reader: Reads what is shown.
        families: Returns the metrics of this process and its peers.
        notes: Returns what does not work now in this process.
    """

    def __init__(
        self,
        reader: ConsoleReader,
        *,
        families: Callable[[], Sequence[Family]],
        notes: Callable[[], Sequence[str]],
    ) -> None:
        self._reader, self._families, self._notes = reader, families, notes
        self._assets = Assets()
        self._fragments, self._watch = Fragments(self._assets), TrafficWatch()
        self._threads = BoundedThreads(1, waiting=99, name="console")
        self._shown: Shown | None = None
        self._age = Stopwatch()

    async def page(self, _: HttpRequest) -> HttpResponse:
        """Return the page."""
        return await self._html("page", self._fragments.page)

    async def fragment(self, request: HttpRequest) -> HttpResponse:
        """Return a fragment of the page.

        Raises:
            Problem: There is none of that name.
        """
        name = request.params["fragment"]
        if name not in FRAGMENTS:
            raise Problem(404, "no such fragment", hint=f"one of {', '.join(FRAGMENTS)}")
        return await self._html(name, lambda state: self._fragments.fragment(name, state))

    async def state(self, _: HttpRequest) -> HttpResponse:
        """Return all that the page shows, as JSON."""
        return json_response((await self._run(self._fresh)).state, headers=GUARDED[1:])

    def asset(self, request: HttpRequest) -> HttpResponse:
        """Return a file of the page; its name changes with its content.

        Raises:
            Problem: There is none of that name.
        """
        asset = self._assets.find(request.params["file"])
        if asset is None:
            raise Problem(404, "no such file", hint="GET / names the files it takes")
        return HttpResponse(body=asset.content, kind=asset.kind, headers=FOREVER)

    async def _html(self, name: str, render: Callable[[ConsoleState], str]) -> HttpResponse:
        """Return what is rendered of the state; what is there already takes no thread."""

        def rendered() -> bytes:
            shown = self._fresh()
            if name not in shown.rendered:
                shown.rendered[name] = render(shown.state).encode()
            return shown.rendered[name]

        kept = self._kept.rendered.get(name) if self._kept else None
        body = await self._run(rendered) if kept is None else kept
        return HttpResponse(body=body, kind=HTML, headers=GUARDED)

    async def _run(self, job: Callable[[], Result]) -> Result:
        """Return a job's result: one after the other, in a thread."""
        future = self._threads.submit(job, busy="too many consoles wait to be shown")
        return await asyncio.wrap_future(future)

    @property
    def _kept(self) -> Shown | None:
        """What was read a moment ago, none if that is longer ago."""
        return self._shown if self._age.seconds() < FRESH else None

    def _fresh(self) -> Shown:
        """Return what is shown now, read anew if need be."""
        shown = self._kept
        if shown is None:
            shown = self._shown = Shown(state=self._read(), rendered={})
            self._age = Stopwatch()
        return shown

    def _read(self) -> ConsoleState:
        """Return the state; while the database is away the last one, with an alarm.

        Raises:
            Problem: It is away, and nothing was read before.
        """
        traffic = self._watch.look(self._families())
        try:
            return self._reader.read(traffic, self._notes())
        except StateError as error:
            LOG.warning("the console cannot read the database: %s", error)
            if self._shown is None:
                raise overloaded("the database cannot be read") from error
            last = self._shown.state
            others = [each for each in last.alarms if each != AWAY]
            return replace(last, traffic=traffic, alarms=(AWAY, *others))
