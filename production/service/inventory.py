"""Answers what is deployed, and where a prediction came from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from contracts.moment import iso
from production.registry.generations import Generations
from production.registry.manifests import Manifests
from production.registry.releases import Releases
from production.service.answers import Lineage, Origin, ServedBy
from production.service.http import HttpResponse, json_response
from production.service.problems import Problem, nothing_deployed

if TYPE_CHECKING:
    from production.database.database import Database
    from production.feedback.events import EventLog, Logged
    from production.service.http import HttpRequest
    from production.serving.engine import Engine


class Inventory:
    """Answers ``GET /manifest`` and ``GET /lineage/{event}``.

    Args:
        product: The product.
        engine: What predicts.
        database: The database of the registry.
        events: The log of events.
    """

    def __init__(
        self, *, product: str, engine: Engine, database: Database, events: EventLog
    ) -> None:
        self._product, self._engine, self._events = product, engine, events
        self._releases, self._generations = Releases(database), Generations(database)
        self._manifests = Manifests(database)

    def manifest(self, _: HttpRequest) -> HttpResponse:
        """Return the manifest that this process serves by.

        Raises:
            Problem: Nothing is deployed.
        """
        if not self._engine.is_deployed:
            raise nothing_deployed()
        deployed = self._engine.deployed
        return json_response(ServedBy(revision=deployed.revision, manifest=deployed.manifest))

    async def lineage(self, request: HttpRequest) -> HttpResponse:
        """Return where the prediction of an event came from.

        Raises:
            Problem: No such event is logged.
        """
        return json_response(await asyncio.to_thread(self._lineage, request.params["event"]))

    def _lineage(self, name: str) -> Lineage:
        event = self._events.find(self._product, name)
        if event is None:
            raise Problem(404, "no such event is logged", hint="one just served is logged shortly")
        return Lineage(
            event=event.id,
            key=event.key,
            time=iso(event.time),
            prediction=event.prediction,
            propensity=event.propensity,
            features=event.features,
            manifest=event.manifest,
            origin=self._origin(event),
        )

    def _origin(self, event: Logged) -> Origin:
        generation = self._generations.find(self._product, event.release, event.generation)
        return Origin(
            release=event.release,
            generation=event.generation,
            contract=generation.contract_version,
            code=self._code(event.release),
            artifact=generation.artifact,
            start=iso(generation.start),
            end=iso(generation.end),
            known_by=iso(generation.known_by),
            rows=generation.rows,
            params=generation.params,
            seed=generation.seed,
            reason=generation.reason,
            scores=generation.scores,
            created_at=iso(generation.created_at),
        )

    def _code(self, release: str) -> str:
        registered = self._releases.find(self._product, release)
        return registered.code_digest if registered else ""
