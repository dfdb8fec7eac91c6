"""The serving agent: serves requests by the newest manifest, and records what was served."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from contracts.data.rows import instants
from contracts.errors import DataError, StateError
from contracts.ports import ID, KEY, TIME
from production.feedback.batch import FALLBACK, Events
from production.serving.engine import Served
from production.serving.failing import Failing, failing_rows
from production.serving.manifest import read
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.schema.refusals import TableCheck
    from production.agents.progress import ServingProgress, Stored
    from production.agents.runtime import RuntimeMetrics
    from production.database.database import Database
    from production.feedback.events import EventLog
    from production.feedback.feed import Feed
    from production.metrics import Runtime
    from production.registry.manifests import Manifests
    from production.serving.engine import Engine, Mirrored
    from production.serving.fallback import NaiveFallback


class ServingAgent:
    """Serves one product's requests from its feed, in batches.

    A request that the contract's input schema refuses is counted by the check that it breaks, and
    no model predicts it: it has no prediction, or that of the fallback. So is a request on which
    the model fails, by how it fails: the others are served.

    Args:
        product: The product.
        feed: Where requests come from.
        engine: What predicts.
        manifests: The inventory of manifests: the newest one is deployed.
        events: Where served requests are recorded.
        check: The contract's input schema.
        fallback: Answers invalid requests; none if they are refused.
        runtime: The runtime metrics that the selector chooses by.
        progress: How far requests were served.
        database: The database of events and progress.
        fill: Looks up the stored features of requests made before a moment, if there are any.
    """

    def __init__(
        self,
        *,
        product: str,
        feed: Feed,
        engine: Engine,
        manifests: Manifests,
        events: EventLog,
        check: TableCheck,
        fallback: NaiveFallback | None,
        runtime: RuntimeMetrics,
        progress: Stored[ServingProgress],
        database: Database,
        fill: Callable[[pa.Table, int], pa.Table] | None = None,
    ) -> None:
        self._product, self._feed, self._engine = product, feed, engine
        self._manifests, self._events, self._runtime = manifests, events, runtime
        self._check, self._fallback = check, fallback
        self._progress, self._database, self._fill = progress, database, fill
        self._revision = 0

    def step(self, until: int) -> None:
        """Serve the requests made before a moment, by what is deployed now.

        Raises:
            StateError: No manifest was published yet.
            IntegrityError: What the newest manifest offers is broken.
        """
        progress = self._progress.load()
        if until <= progress.until:
            return
        fallbacks = self._engine.fallbacks
        self._follow(self._runtime.at(progress.until))
        fallbacks = progress.fallbacks + self._engine.fallbacks - fallbacks
        requests = self._feed.requests(progress.until, until)
        if self._fill is not None:
            requests = self._fill(requests, until)
        refusals = self._check.refusals(requests)
        valid = requests.filter(pa.array(refusals.valid))
        served, failing = self._serve(valid)
        predicted = refusals.valid.copy()
        predicted[predicted] = ~failing.rows
        valid = requests.filter(pa.array(predicted))
        invalid = requests.filter(pa.array(~predicted))
        with self._database.transaction():
            if served is not None:
                self._record(valid, served)
            if self._fallback and invalid.num_rows:
                self._record(invalid, self._answer(invalid, progress.until))
            answered = requests if self._fallback else valid
            progress = replace(
                progress,
                until=until,
                served=progress.served + answered.num_rows,
                fallbacks=fallbacks,
                invalid=dict(
                    Counter(progress.invalid) + Counter(refusals.checks) + Counter(failing.reasons)
                ),
            )
            self._progress.save(progress, until)

    def _serve(self, requests: pa.Table) -> tuple[Served | None, Failing]:
        """Return what is served to the requests that a model does not fail on, and the others."""
        failing = Failing(rows=np.zeros(requests.num_rows, dtype=bool), reasons={})
        try:
            served = self._engine.serve(requests) if requests.num_rows else None
        except Exception:  # noqa: BLE001 - a model may raise anything: its rows are found next
            served = None
        if requests.num_rows and (served is None or not np.isfinite(served.predictions).all()):
            failing = failing_rows(lambda rows: self._engine.serve(rows).predictions, requests)
            sound = requests.filter(pa.array(~failing.rows))
            served = self._engine.serve(sound) if sound.num_rows else None
        return served, failing

    def next(self, moment: int) -> Wake:  # noqa: ARG002 - every agent is asked alike
        """Return a wake that never comes: requests are served whenever another agent acts."""
        return Wake()

    def _follow(self, runtime: Runtime) -> None:
        """Serve by the newest manifest, and let the selector share the traffic anew, once."""
        newest = self._manifests.current(self._product)
        if newest is None:
            raise StateError(
                f"no manifest of {self._product} yet", hint="promote a generation first"
            )
        if newest.revision == self._revision:
            self._engine.update(runtime)
            return
        manifest = read(newest.document)
        self._engine.deploy(manifest, revision=newest.revision, runtime=runtime)
        self._revision = newest.revision

    def _answer(self, requests: pa.Table, moment: int) -> Served:
        """Return the fallback's predictions, as of no generation of the champion's release."""
        assert self._fallback is not None
        deployed = self._engine.deployed
        return Served(
            predictions=self._fallback.predict(instants(requests[TIME]), moment),
            candidates=(replace(deployed.manifest.champion, generation=FALLBACK),),
            chosen=np.zeros(requests.num_rows, dtype=np.intp),
            propensity=np.ones(requests.num_rows),
            manifest=deployed.revision,
        )

    def _record(self, requests: pa.Table, served: Served) -> None:
        """Record each request with its prediction and the generation that made it, and shadows."""
        releases = [candidate.release for candidate in served.candidates]
        numbers = [candidate.generation for candidate in served.candidates]
        alone = len(served.candidates) == 1
        events = Events(
            id=requests[ID].to_pylist(),
            key=requests[KEY].to_pylist(),
            time=instants(requests[TIME]),
            release=releases[0] if alone else [releases[at] for at in served.chosen],
            generation=numbers[0] if alone else [numbers[at] for at in served.chosen],
            manifest=served.manifest,
            propensity=served.propensity,
            prediction=served.predictions,
            features=f"source:{self._product}",
        )
        receipt = self._events.record(self._product, events)
        for mirrored in served.mirrored:
            self._events.record(self._product, _shadow(events, mirrored))
        if receipt.rejected:
            raise DataError(
                f"{receipt.rejected:,} of {receipt.received:,} requests cannot be recorded",
                hint="let the source give each event an id, a key and a time, all of plain text",
                details=receipt.rejections,
            )


def _shadow(events: Events, mirrored: Mirrored) -> Events:
    """Return served events as a generation predicted them in their shadow."""
    return replace(
        events,
        release=mirrored.candidate.release,
        generation=mirrored.candidate.generation,
        propensity=0.0,
        prediction=mirrored.predictions,
        shadow=True,
    )
