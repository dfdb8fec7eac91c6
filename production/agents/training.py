"""The training agent: full retraining when the trigger fires, judged by the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.labelled import numeric_outcomes
from contracts.data.rows import instants
from contracts.errors import DataError, IntegrityError
from contracts.ports import ARRIVED, OUTCOME, TIME
from production.agents.gate import Finding
from production.agents.result import TrainingResult
from production.agents.workshop import parted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.errors import LiaisonError
    from contracts.ports import Baseline, Model
    from production.agents.gate import Gate
    from production.agents.records import Records
    from production.agents.workshop import Fitted, Workshop
    from production.serving.engine import Engine


class TrainingAgent:
    """Trains generations of one release.

    Args:
        contract: What a generation must fulfil.
        workshop: Where rows and models come from.
        gate: What a generation must show.
        baseline: The naive baseline the gate measures skill against.
        records: Where attempts and generations are written down.
        engine: Holds the champion a challenger is compared with.
        release: The version of the release.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        workshop: Workshop,
        gate: Gate,
        baseline: Baseline,
        records: Records,
        engine: Engine,
        release: str,
    ) -> None:
        self._contract, self._workshop, self._gate = contract, workshop, gate
        self._baseline, self._records, self._engine = baseline, records, engine
        self._release = release

    def refresh(self, moment: int, reason: str) -> TrainingResult:
        """Train on what is known at the moment, judge it, and register what may serve."""
        known = self._workshop.known(moment)
        cut = moment - self._gate.holdout
        seen, held = parted(known, cut)
        try:
            fitted = self._workshop.fit(seen)
        except Exception as error:  # noqa: BLE001 - a learner may raise anything: what serves serves on
            return self._failed(moment, reason, seen.num_rows, error)
        finding = self._judge(fitted.model, known, held)
        candidate = None
        try:
            artifact = self._workshop.keep(fitted.model) if finding.promoted else None
        except IntegrityError as error:
            finding, artifact = _unfit(error, finding.scores), None
        if artifact is not None:
            candidate = self._records.generation(
                release=self._release,
                artifact=artifact,
                fitted=fitted,
                start=self._workshop.start(moment),
                known_by=cut,
                moment=moment,
                reason=reason,
                scores=finding.scores,
            )
        attempt = _attempt(moment, reason, fitted, finding)
        return self._records.attempt(self._release, attempt, candidate)

    def _failed(self, moment: int, reason: str, rows: int, error: Exception) -> TrainingResult:
        """Write down that a training ended in an error, and what it said."""
        attempt = TrainingResult(
            at=moment,
            reason=reason,
            promoted=False,
            failed=True,
            candidate=None,
            why=f"{type(error).__name__}: {error}",
            rows=rows,
            seconds=0.0,
            scores={},
        )
        return self._records.attempt(self._release, attempt, None)

    def _judge(self, challenger: Model, known: pa.Table, held: pa.Table) -> Finding:
        """Hold the challenger to its schema, then to the champion and the naive baseline."""
        try:
            self._workshop.check(challenger)
        except DataError as error:
            return _unfit(error, {})
        rows = held.select(list(self._contract.inputs))
        champion = self._engine.champion
        return self._gate.judge(
            self._contract,
            truth=numeric_outcomes(self._contract, held[OUTCOME]),
            challenger=challenger.predict(rows),
            champion=champion.predict(rows) if champion else None,
            naive=self._baseline.predict(
                instants(held[TIME]),
                arrived=instants(known[ARRIVED]),
                outcomes=numeric_outcomes(self._contract, known[OUTCOME]),
            ),
        )


def _unfit(error: LiaisonError, scores: Mapping[str, float]) -> Finding:
    return Finding(promoted=False, why=error.message, scores=scores)


def _attempt(moment: int, reason: str, fitted: Fitted, finding: Finding) -> TrainingResult:
    return TrainingResult(
        at=moment,
        reason=reason,
        promoted=finding.promoted,
        candidate=None,
        why=finding.why,
        rows=fitted.rows,
        seconds=fitted.seconds,
        scores=finding.scores,
    )
