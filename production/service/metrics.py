"""Answers ``GET /metrics``: what this process did, and what the product's records say of it.

Counters are of a process since its start. Of several processes on one port the one that is asked
answers for all, each with its label. What comes from the database is the product's, and left out
while the database cannot be read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from contracts.errors import LiaisonError
from contracts.moment import SECOND
from production.agents.progress import retention_progress
from production.evaluation import PART
from production.registry.checkpoints import Checkpoints
from production.registry.evaluations import Evaluations
from production.service.exposition import TEXT, Family, counter, exposition, gauge
from production.service.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from production.assembly.serving import Serving
    from production.generation.description import Candidate
    from production.service.http import HttpRequest
    from production.service.outcomes import OutcomeIntake
    from production.service.peers import Peers
    from production.service.timed import Timed
    from production.service.watcher import Watcher
    from production.service.writer import Writer

QUANTILES = (0.5, 0.9, 0.99)


class Metrics:
    """Answers ``GET /metrics``.

    Args:
        serving: The parts that serve.
        timed: The routes whose answers are counted.
        writer: Writes events.
        intake: Takes outcomes.
        watcher: Follows the newest manifest.
        peers: The metrics of other processes on the same port.
    """

    def __init__(
        self,
        *,
        serving: Serving,
        timed: Sequence[Timed],
        writer: Writer,
        intake: OutcomeIntake,
        watcher: Watcher,
        peers: Peers,
    ) -> None:
        self._serving, self._timed = serving, timed
        self._writer, self._intake, self._watcher = writer, intake, watcher
        self._peers = peers
        self._evaluations = Evaluations(serving.database)
        self._retention = retention_progress(
            Checkpoints(serving.database), serving.contract.product
        )

    async def answer(self, _: HttpRequest) -> HttpResponse:
        """Return all metrics as text."""
        own = self.own()
        families = await asyncio.to_thread(lambda: [*self._peers.join(own), *self._records()])
        return HttpResponse(body=exposition(families), kind=TEXT)

    def own(self) -> list[Family]:
        """Return the metrics of this process alone."""
        return [
            *self._requests(),
            *self._events(),
            *self._writing(),
            *self._deployment(),
            *self._following(),
            *self._alarms(),
            *self._outcomes(),
        ]

    def _requests(self) -> Iterator[Family]:
        yield counter(
            "liaison_requests_total",
            "Answers by route and status; 422 is a record that is not one of the contract.",
            [
                ({"route": each.path, "status": str(status)}, count)
                for each in self._timed
                for status, count in sorted(dict(each.statuses).items())
            ],
        )
        yield Family(
            name="liaison_request_seconds",
            kind="histogram",
            help="How long an answer took, from the request's last byte to the response's first.",
            samples=[sample for each in self._timed for sample in each.samples()],
        )

    def _events(self) -> Iterator[Family]:
        counts = self._writer.counts
        yield counter(
            "liaison_events_total",
            "Predictions that are logged, by the generation that made them.",
            [
                (
                    {
                        "release": release,
                        "generation": str(number),
                        "role": "shadow" if shadow else "served",
                    },
                    count,
                )
                for (release, number, shadow), count in sorted(dict(counts.generations).items())
            ],
        )
        yield counter(
            "liaison_events_queued_total",
            "Predictions that were answered and queued to be logged.",
            _one(counts.queued),
        )
        yield counter(
            "liaison_events_refused_total",
            "Predictions that were refused, because the queue of events was full.",
            _one(counts.refused),
        )

    def _writing(self) -> Iterator[Family]:
        counts, error = self._writer.counts, self._writer.error
        yield gauge(
            "liaison_queue_depth", "Events that wait to be logged.", _one(self._writer.depth)
        )
        yield counter(
            "liaison_writer_failures_total",
            "Transactions that failed; what was in them is tried again.",
            _one(counts.failures),
        )
        yield gauge(
            "liaison_spool_depth",
            "Events that wait on this host's disk, because the database could not be written.",
            _one(self._writer.spooled),
        )
        yield counter(
            "liaison_events_spooled_total",
            "Predictions that were kept on this host's disk.",
            _one(counts.spooled),
        )
        yield gauge("liaison_writer_up", "Whether the last transaction succeeded.", _one(not error))

    def _deployment(self) -> Iterator[Family]:
        engine = self._serving.engine
        deployed = engine.deployed if engine.is_deployed else None
        yield gauge(
            "liaison_manifest_revision",
            "The revision of the manifest that serves; 0 if nothing is deployed.",
            _one(deployed.revision if deployed else 0),
        )
        yield gauge(
            "liaison_selector_share",
            "The probability with which the selector chooses a generation.",
            # Arms of one generation each have an offer, with the probability of all of them.
            [
                (_labels(candidate), propensity)
                for candidate, propensity in {
                    each.candidate: each.propensity for each in deployed.offers
                }.items()
            ]
            if deployed
            else [],
        )
        yield counter(
            "liaison_selector_fallbacks_total",
            "How often the selector failed, so that the champion stood in for it.",
            _one(engine.fallbacks),
        )
        yield counter(
            "liaison_handovers_total",
            "Predictions that a generation failed to make, so that the next of a chain made them.",
            [
                ({"generation": name, "reason": reason}, count)
                for (name, reason), count in sorted(dict(engine.handovers.counts).items())
            ],
        )

    def _following(self) -> Iterator[Family]:
        watcher = self._watcher
        yield gauge(
            "liaison_manifests_refused",
            "Manifests that could not serve, since the start of this process.",
            _one(len(watcher.refused)),
        )
        yield gauge(
            "liaison_watcher_up",
            "Whether newer manifests can be followed now.",
            _one(not watcher.error),
        )
        yield gauge(
            "liaison_manifest_confirmed",
            "Whether the database was read since the start: else what was known last serves.",
            _one(watcher.is_confirmed),
        )

    def _alarms(self) -> Iterator[Family]:
        probation = self._watcher.probation
        yield gauge(
            "liaison_watched",
            "Generations that are new in their arms, and watched.",
            [
                ({"arm": each.arrival.arm, "generation": each.arrival.candidate.name}, 1)
                for each in probation.watches
            ],
        )
        yield counter(
            "liaison_alarms_total",
            "Alarms that rang, by the generation they rang for and what came of it.",
            [
                ({"alarm": alarm, "arm": arm, "generation": name, "result": result}, count)
                for (alarm, arm, name, result), count in sorted(dict(probation.counts).items())
            ],
        )

    def _outcomes(self) -> Iterator[Family]:
        yield counter(
            "liaison_outcomes_total",
            "Outcomes that were reported, by what became of them; late ones are accepted too.",
            [
                ({"result": name}, count)
                for name, count in sorted(dict(self._intake.counts).items())
            ],
        )

    def _records(self) -> list[Family]:
        """Return what the database says; nothing of it while it cannot be read."""
        try:
            families = [*self._evaluation(), *self._feedback(), *self._deleted()]
        except LiaisonError:
            families = []
        up = gauge("liaison_database_up", "Whether the database can be read.", _one(bool(families)))
        return [up, *families]

    def _evaluation(self) -> Iterator[Family]:
        window = self._evaluations.newest(self._serving.contract.product)
        defined = [e for e in window if e.value is not None and not e.metric.startswith(PART)]
        yield gauge(
            "liaison_evaluation",
            "The metrics of the newest evaluation window, of what was served and of the baseline.",
            [({"metric": e.metric, "source": e.source}, e.value or 0.0) for e in defined],
        )
        yield gauge(
            "liaison_evaluation_rows",
            "How many events with an outcome each of them was computed from.",
            [({"metric": e.metric, "source": e.source}, e.rows) for e in defined],
        )
        yield gauge(
            "liaison_evaluation_end_seconds",
            "When that window ended, in Unix time.",
            _one(max(each.end for each in window) / SECOND) if window else [],
        )

    def _deleted(self) -> Iterator[Family]:
        deleted = self._retention.load()
        yield counter(
            "liaison_deleted_total",
            "What was deleted of the log, by all processes: events, shadows too, outcomes, and "
            "values of stored features.",
            [({"kind": kind}, getattr(deleted, kind)) for kind in ("events", "outcomes", "values")],
        )

    def _feedback(self) -> Iterator[Family]:
        delays = self._serving.feedback.delays(self._serving.contract.product)
        yield gauge(
            "liaison_feedback_latency_seconds",
            "Quantiles of the time from an event to its outcome, of those that arrived last.",
            [
                ({"quantile": str(share)}, float(value))
                for share, value in zip(
                    QUANTILES, np.quantile(delays, QUANTILES) / SECOND, strict=True
                )
            ]
            if len(delays)
            else [],
        )


def _one(value: float) -> list[tuple[Mapping[str, str], float]]:
    return [({}, float(value))]


def _labels(candidate: Candidate) -> dict[str, str]:
    return {"release": candidate.release, "generation": str(candidate.generation)}
