"""Answers requests for predictions: decode and validate, choose, predict, log, encode."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.errors import IntegrityError
from production.service.answers import Prediction, output_labels
from production.service.arrow_stream import read_rows
from production.service.http import ARROW, JSON, NDJSON, HttpResponse
from production.service.problems import check_encoding, nothing_deployed, unsupported
from production.service.tables import request_table, write_predictions
from production.service.threads import BoundedThreads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from contracts.contract import Contract
    from contracts.host.clock import Clock
    from production.generation.description import Candidate
    from production.service.asks import AskDecoder, Asked
    from production.service.event_rows import EventRow
    from production.service.http import HttpRequest, Reply
    from production.service.ids import Ids
    from production.service.stored import StoredInputs
    from production.service.writer import Writer
    from production.serving.deployed import Deployed, Offer
    from production.serving.engine import Engine

    #: Predicts for many records, and returns the response and the events that are to be logged.
    Job = Callable[[], tuple[HttpResponse, Sequence[EventRow]]]

#: The id, key and time of an event.
Identity = tuple[str, str, int]
#: When a reply leaves: after its event is queued, or after it is committed; none logs no event.
Durability = Literal["queued", "acknowledged", "none"]
#: Up to so many records are predicted one by one; more as one table.
SINGLE = 16
#: A batch of more bytes is answered in a thread, so that it keeps no other request waiting.
SMALL = 16 * 1024
#: How many batches may be in threads at once.
THREADS = 8


class Predictor:
    """Answers ``POST /predict``.

    Args:
        contract: The contract that is deployed.
        engine: What predicts.
        decoder: Decodes and validates requests.
        writer: Logs events.
        clock: The time of requests that state none.
        ids: Makes the ids of requests that state none.
        features: Returns what is logged of a record, given its JSON.
        durability: When a reply leaves.
        stored: Adds the stored features, if there are any.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        engine: Engine,
        decoder: AskDecoder,
        writer: Writer,
        clock: Clock,
        ids: Ids,
        features: Callable[[bytes], str | None],
        durability: Durability,
        stored: StoredInputs | None = None,
    ) -> None:
        self._contract, self._engine, self._decoder = contract, engine, decoder
        self._writer, self._clock, self._ids, self._features = writer, clock, ids, features
        self._stored = stored
        self._waits = durability == "acknowledged"
        self._put = writer.put if durability != "none" else _discard
        self._outputs, self._labels = contract.outputs, output_labels(contract)
        self._encode = msgspec.json.Encoder().encode
        self._threads = BoundedThreads(THREADS, name="batch")

    def answer(self, request: HttpRequest) -> Reply:
        """Return the predictions for one JSON object, a JSON array, lines of JSON, or Arrow.

        Raises:
            DataError: A record is not one of the contract.
            Problem: The media type is another, nothing is deployed, or the queue is full.
        """
        if b"content-encoding" in request.headers:
            check_encoding(request)
        if request.kind != JSON or request.body.lstrip()[:1] == b"[":
            size = SMALL + 1 if request.kind == ARROW else len(request.body)
            return self.respond(lambda: self._batch(request), size=size)
        if not self._engine.is_deployed:
            raise nothing_deployed()
        response = self._single(request.body)
        return self._acknowledged(response) if self._waits else response

    def respond(self, job: Job, *, size: int) -> Reply:
        """Return the response of a job that predicts for many records, its events queued.

        Args:
            job: What predicts, by `predict_rows`.
            size: The bytes of its request: of many it runs in a thread.

        Raises:
            Problem: Nothing is deployed, or the queue is full.
        """
        if not self._engine.is_deployed:
            raise nothing_deployed()
        if size > SMALL:
            return self._in_thread(job)
        response, events = job()
        self._put(events)
        return self._acknowledged(response) if self._waits else response

    def predict_rows(
        self, rows: Sequence[dict[str, Any]]
    ) -> tuple[list[Prediction], list[EventRow]]:
        """Return the answers for rows in Python's types, and their events.

        Raises:
            Problem: A row is not one of the contract.
        """
        return self._predict_all(self._decoder.rows(rows))

    def _single(self, body: bytes) -> HttpResponse:
        asked, deployed = self._completed(self._decoder.one(body)), self._engine.deployed
        answer, event = self._predict(asked, deployed)
        shadows = deployed.shadows
        self._put((event, *_shadowed(shadows, event, asked)) if shadows else (event,))
        return HttpResponse(body=self._encode(answer))

    async def _in_thread(self, job: Job) -> HttpResponse:
        """Return a job's response; if it comes too late for its client, nothing is logged."""
        busy = f"{THREADS} batches are being predicted"
        response, events = await asyncio.wrap_future(self._threads.submit(job, busy=busy))
        self._put(events)
        return await self._acknowledged(response) if self._waits else response

    async def _acknowledged(self, response: HttpResponse) -> HttpResponse:
        await asyncio.wrap_future(self._writer.committed())
        return response

    def _batch(self, request: HttpRequest) -> tuple[HttpResponse, list[EventRow]]:
        body, kind = request.body, request.kind
        if kind == JSON:
            answers, events = self._predict_all(self._decoder.many(body))
            return HttpResponse(body=self._encode(answers)), events
        if kind == NDJSON:
            answers, events = self._predict_all(self._decoder.lines(body))
            lines = msgspec.json.Encoder().encode_lines(answers)
            return HttpResponse(body=lines, kind=NDJSON), events
        if kind == ARROW:
            rows = read_rows(body, most=self._decoder.most)
            answers, events = self._predict_all(self._decoder.rows(rows))
            table = write_predictions(answers, self._outputs)
            return HttpResponse(body=table, kind=ARROW), events
        raise unsupported(kind, JSON, NDJSON, ARROW)

    def _predict_all(self, asked: Sequence[Asked]) -> tuple[list[Prediction], list[EventRow]]:
        """Return the answers for many records, and their events."""
        if self._stored is not None:
            asked = [self._completed(each) for each in asked]
        if len(asked) > SINGLE:
            pairs, shadowed = self._predict_table(asked)
        else:
            deployed = self._engine.deployed
            pairs = [self._predict(each, deployed) for each in asked]
            shadowed = [
                row
                for each, (_, event) in zip(asked, pairs, strict=True)
                for row in _shadowed(deployed.shadows, event, each)
            ]
        answers = [answer for answer, _ in pairs]
        return answers, [*(event for _, event in pairs), *shadowed]

    def _predict(self, asked: Asked, deployed: Deployed) -> tuple[Prediction, EventRow]:
        """Return the answer for one record by what was deployed when its request came."""
        event, key, moment = self._identity(asked)
        offer, values = self._engine.predict(deployed.choose(key, asked.record), asked.record)
        candidate = offer.candidate
        if len(values) != len(self._outputs) or not all(map(isfinite, values)):
            raise IntegrityError(
                f"{candidate.release}/{candidate.generation}: expected {len(self._outputs)} finite "
                f"numbers, got {values}"
            )
        return self._pair(
            asked,
            (event, key, moment),
            candidate=candidate,
            manifest=offer.manifest,
            propensity=offer.propensity,
            values=values,
        )

    def _predict_table(
        self, asked: Sequence[Asked]
    ) -> tuple[list[tuple[Prediction, EventRow]], list[EventRow]]:
        """Return the answers for many records with their events, and those of the shadows."""
        identities = [self._identity(each) for each in asked]
        rows = request_table(
            [each.record for each in asked],
            [key for _, key, _ in identities],
            self._contract.input_columns,
        )
        served = self._engine.serve(rows)
        pairs = [
            self._pair(
                each,
                identity,
                candidate=served.candidates[at],
                manifest=served.manifest,
                propensity=share,
                values=tuple(values),
            )
            for each, identity, at, share, values in zip(
                asked,
                identities,
                served.chosen.tolist(),
                served.propensity.tolist(),
                served.predictions.tolist(),
                strict=True,
            )
        ]
        shadowed = [
            _shadow_row(event, mirrored.candidate, values)
            for mirrored in served.mirrored
            for (_, event), values in zip(pairs, mirrored.predictions.tolist(), strict=True)
        ]
        return pairs, [row for row in shadowed if all(map(isfinite, row[7]))]

    def _completed(self, asked: Asked) -> Asked:
        """Return what is asked, with its stored features if there are any."""
        if self._stored is None:
            return asked
        return self._stored.completed(asked, *self._identity(asked))

    def _identity(self, asked: Asked) -> Identity:
        """Return the id, key and time of an event."""
        ask = asked.ask
        event = ask.id or self._ids.of(asked)
        moment = self._clock.now() if ask.time is None else ask.moment
        assert moment is not None
        return event, ask.key or event, moment

    def _pair(
        self,
        asked: Asked,
        identity: Identity,
        *,
        candidate: Candidate,
        manifest: int,
        propensity: float,
        values: tuple[float, ...],
    ) -> tuple[Prediction, EventRow]:
        """Return the answer and the event of one prediction."""
        event, key, moment = identity
        release, generation = candidate.release, candidate.generation
        answer = Prediction(
            id=event,
            # As many of both: `strict=True` would take longer than all the rest.
            prediction=dict(zip(self._outputs, values)),  # noqa: B905
            labels=self._labels,
            release=release,
            generation=generation,
            manifest=manifest,
        )
        features = self._features(asked.text)
        row = (event, key, moment, release, generation, manifest, propensity, values, features)
        return answer, row


def _discard(events: Sequence[EventRow]) -> None:
    """Log nothing of what was served."""


def _shadowed(shadows: Sequence[Offer], event: EventRow, asked: Asked) -> Iterator[EventRow]:
    """Yield the events of what shadows predict; one that fails costs the request nothing."""
    for offer in shadows:
        with suppress(Exception):
            values = offer.model.one(asked.record)
            if all(map(isfinite, values)):
                yield _shadow_row(event, offer.candidate, values)


def _shadow_row(event: EventRow, candidate: Candidate, values: Iterable[float]) -> EventRow:
    """Return what a shadow predicted for a served event: its propensity is 0."""
    name, key, moment, _, _, manifest, _, _, features = event
    predicted = tuple(values)
    return (
        name,
        key,
        moment,
        candidate.release,
        candidate.generation,
        manifest,
        0.0,
        predicted,
        features,
    )
