"""Changes what serves, over HTTP: the same compare-and-swap as the tasks, by the token's name.

A change verifies what is to serve, which takes a while, so changes are made in a thread, one after
the other. This process and all others that serve the product notice the new manifest as they
notice any.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from contracts.errors import DataError, IntegrityError, UnfinishedError
from contracts.moment import iso
from contracts.schema.record import require_distinct_fields
from production.registry.decisions import RecordedDecision
from production.service.change_request import ChangeRequest
from production.service.changes import (
    AnsweredDecision,
    Pin,
    Promotion,
    Quarantine,
    RequestedChange,
    Retirement,
    Rollback,
    Selection,
    Unpin,
    Word,
)
from production.service.control import Control
from production.service.http import JSON, json_response
from production.service.open_control import control_of
from production.service.problems import Problem, check_encoding, overloaded, unsupported
from production.service.threads import BoundedThreads

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.assembly.serving import Serving
    from production.service.http import HttpRequest, HttpResponse
    from production.service.routes import Handle

LOG = logging.getLogger("liaison.service")
#: How many changes may wait for the one that is being made.
WAITING = 7

Asked = TypeVar("Asked", bound=RequestedChange)
#: Makes what a client asked for.
Make = Callable[[Control, Asked, ChangeRequest], RecordedDecision]


class Admin:
    """Answers the routes that change what serves a product.

    Args:
        serving: The parts that serve the product.
        clock: The time that decisions are recorded with.
    """

    def __init__(self, serving: Serving, clock: Clock) -> None:
        self._serving, self._clock = serving, clock
        self._threads = BoundedThreads(1, waiting=WAITING, name="admin")

    def handler(self, kind: type[Asked], make: Make[Asked]) -> Handle:
        """Return what answers the route of one kind of change.

        It answers with the decision that is on record. It raises what `make` raises, a DataError
        for a malformed request, and a Problem if a generation is broken, the machine is too busy to
        tell, or too many changes wait.

        Args:
            kind: What its requests hold.
            make: Makes the change.
        """

        async def answer(request: HttpRequest) -> HttpResponse:
            asked = _read(request, kind)
            decision = await asyncio.wrap_future(
                self._threads.submit(
                    lambda: self._made(make, asked, request.caller), busy="other changes are made"
                )
            )
            return json_response(
                AnsweredDecision(
                    action=decision.action,
                    who=decision.who,
                    why=decision.why,
                    at=iso(decision.at),
                    detail=decision.detail,
                )
            )

        return answer

    def _made(self, make: Make[Asked], asked: Asked, who: str) -> RecordedDecision:
        change = ChangeRequest(
            who=who, why=asked.why, at=self._clock.now(), revision=asked.revision
        )
        try:
            decision = make(control_of(self._serving), asked, change)
        except UnfinishedError as error:
            raise overloaded("the machine was too busy to verify the generation") from error
        except IntegrityError as error:
            LOG.warning("a change that %s asked for was refused: %s", who, error)
            raise Problem(
                409,
                "the generation is broken, or was moved aside: it cannot serve",
                hint="the server's log says why",
            ) from error
        LOG.info("%s by %s: %s", decision.action, who, decision.detail)
        return decision


def promote(control: Control, asked: Promotion, change: ChangeRequest) -> RecordedDecision:
    """Make a generation the champion, or point another arm to it."""
    return control.promote(asked.generation, change, arm=asked.arm)


def rollback(control: Control, asked: Rollback, change: ChangeRequest) -> RecordedDecision:
    """Return to the champion before the present one, or to a named generation."""
    return control.rollback(change, asked.generation)


def pin(control: Control, asked: Pin, change: ChangeRequest) -> RecordedDecision:
    """Keep the champion, or make a named generation the champion and keep that."""
    return control.pin(change, asked.generation)


def unpin(control: Control, _: Unpin, change: ChangeRequest) -> RecordedDecision:
    """Let refreshes take the champion's place again."""
    return control.unpin(change)


def quarantine(control: Control, asked: Quarantine, change: ChangeRequest) -> RecordedDecision:
    """Move a generation aside for good."""
    return control.quarantine(asked.generation, change)


def select(control: Control, asked: Selection, change: ChangeRequest) -> RecordedDecision:
    """Let a selector share the traffic."""
    return control.select(change, asked.selector)


def retire(control: Control, asked: Retirement, change: ChangeRequest) -> RecordedDecision:
    """Take an arm out of service."""
    return control.retire(asked.arm, change)


def refresh(control: Control, _: Word, change: ChangeRequest) -> RecordedDecision:
    """Ask for a refresh: a trigger that listens to people is due."""
    return control.say("refresh", change)


def approve(control: Control, _: Word, change: ChangeRequest) -> RecordedDecision:
    """Confirm the refresh that a trigger proposed."""
    return control.say("approve", change)


def reject(control: Control, _: Word, change: ChangeRequest) -> RecordedDecision:
    """Reject the refresh that a trigger proposed."""
    return control.say("reject", change)


def _read(request: HttpRequest, kind: type[Asked]) -> Asked:
    check_encoding(request)
    if request.kind != JSON:
        raise unsupported(request.kind, JSON)
    try:
        asked = msgspec.json.decode(request.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"not a request for a change: {error}") from error
    require_distinct_fields(request.body)
    return asked
