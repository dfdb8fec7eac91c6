"""Answers ``POST /outcomes``: what came true of events that were served."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.errors import DataError
from production.feedback.batch import Outcomes, Receipt
from production.feedback.outcome import Value
from production.service.asks import Moment, microseconds
from production.service.http import JSON, NDJSON, HttpResponse, json_response
from production.service.problems import Problem, check_encoding, time_hint, unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.contract import Contract
    from contracts.host.clock import Clock
    from production.feedback.outcomes import OutcomeLog
    from production.service.http import HttpRequest
    from production.service.writer import Writer


#: What may become of an outcome, as a receipt counts it.
RESULTS = ("accepted", "duplicate", "quarantined", "conflicting", "rejected", "late")


class Reported(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """One outcome that a client reports.

    Attributes:
        event: The id of the event.
        value: What came true: a label, or a number.
        revision: Which report of this event it is; the highest one stands.
        occurred: When it came true, ISO 8601 with its offset; when it arrived if not stated.
    """

    event: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    value: Value
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    occurred: Moment | None = None


class OutcomeIntake:
    """Answers ``POST /outcomes``; a reply leaves when its outcomes are committed.

    Args:
        contract: What is predicted: only its outcomes are accepted.
        log: The log of outcomes.
        writer: Commits.
        clock: When outcomes arrive.
        rows: How many outcomes one request may report.
        closes: When the evaluation window of an event time closes; none without windows.

    Attributes:
        counts: How many outcomes were accepted, rejected and so on since the start.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        log: OutcomeLog,
        writer: Writer,
        clock: Clock,
        rows: int,
        closes: Callable[[int], int] | None = None,
    ) -> None:
        self._contract, self._log, self._writer = contract, log, writer
        self._clock, self._rows, self._closes = clock, rows, closes
        self.counts: Counter[str] = Counter()
        self._one = msgspec.json.Decoder(Reported)
        self._many = msgspec.json.Decoder(list[Reported])

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the receipt for one outcome, an array of them, or lines of JSON.

        Raises:
            DataError: The body is malformed.
            Problem: The media type is another, there are too many, or the database is away.
        """
        outcomes = self._decode(request)
        if len(outcomes) > self._rows:
            raise Problem(413, f"{len(outcomes):,} outcomes, at most {self._rows:,} are taken")
        arrived = self._clock.now()
        batch = Outcomes(
            event=[each.event for each in outcomes],
            value=[each.value for each in outcomes],
            revision=[each.revision for each in outcomes],
            arrived=[arrived] * len(outcomes),
            occurred=[
                arrived if each.occurred is None else microseconds(each.occurred)
                for each in outcomes
            ],
        )
        receipt: Receipt = await asyncio.wrap_future(
            self._writer.submit(lambda: self._record(batch))
        )
        self.counts.update({name: getattr(receipt, name) for name in RESULTS})
        return json_response(receipt)

    def _record(self, batch: Outcomes) -> Receipt:
        product = self._contract.product
        return self._log.record(product, batch, closes=self._closes, target=self._contract)

    def _decode(self, request: HttpRequest) -> Sequence[Reported]:
        check_encoding(request)
        kind, body = request.kind, request.body
        try:
            if kind == NDJSON:
                return self._one.decode_lines(body)
            if kind == JSON and body.lstrip()[:1] == b"[":
                return self._many.decode(body)
            if kind == JSON:
                return [self._one.decode(body)]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DataError(f"not an outcome: {error}", hint=time_hint(error)) from error
        raise unsupported(kind, JSON, NDJSON)
