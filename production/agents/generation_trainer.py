"""Trains generations: a challenger up to the holdout, judged by it, then refitted to all rows.

How the two models are made is the strategy's part: see `production.agents.strategies`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from contracts.errors import DataError, IntegrityError
from production.agents.gate import Judgement
from production.agents.hashed_rows import RowHasher
from production.agents.refresh import Refresh
from production.agents.row_digests import KnownRows
from production.agents.rules.evidence import HoldoutPredictions
from production.agents.rules.finding import Finding
from production.agents.trainers import begun, published

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Baseline, Model
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.fits import TrainedModel
    from production.agents.gate import Gate
    from production.agents.hashed_rows import HashedRows
    from production.agents.records import TrainingResult
    from production.agents.row_digests import HistoryChange, RowDigests
    from production.agents.strategies.port import Strategy
    from production.agents.track_record import TrackRecord

    class Past(Protocol):
        """What is on record of earlier trainings."""

        def track(self) -> TrackRecord:
            """Return what earlier refreshes came to."""

        def known_rows(self) -> RowDigests | None:
            """Return the digests of the rows known at the last refresh whose history held."""


class GenerationTrainer:
    """Trains generations of one release, each judged by the gate: ``model_updating=autonomous``.

    Args:
        contract: The contract that a generation must fulfil.
        builder: Fetches rows, checks models and publishes them.
        strategy: Makes the models.
        gate: What a generation must show.
        baseline: The naive baseline that the gate measures skill against.
        champion: The generation that a challenger is compared with.
        past: What is on record of earlier trainings.
        revises: Whether the product declares that its source revises rows.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        builder: ModelBuilder,
        strategy: Strategy,
        gate: Gate,
        baseline: Baseline,
        champion: CurrentChampion,
        past: Past,
        revises: bool = False,
    ) -> None:
        self._contract, self._builder, self._gate = contract, builder, gate
        self._baseline, self._champion, self._past = baseline, champion, past
        self._strategy, self._revises, self._hasher = strategy, revises, RowHasher()

    def train(self, moment: int, reason: str) -> TrainingResult:
        """Train on what is known at a moment but for the holdout, judge by that, and refit."""
        refresh = self._refresh(moment, reason)
        origin, cut = refresh.origin, refresh.cut
        result = begun(refresh.rows, moment, reason, start=origin.start, known_by=cut)
        refusal = self._gate.judge_rows(refresh.history)
        if refusal is not None:  # the next refresh compares with the last history that held
            return _judged(result, refusal)
        result = replace(result, known_rows=refresh.digests, seconds=origin.seconds)
        try:
            self._builder.require(refresh.rows, moment, refresh.cut)
            challenger = self._strategy.challenger(refresh)
        except Exception as error:  # noqa: BLE001 - a learner may raise anything; serving goes on
            return replace(result, why=f"{type(error).__name__}: {error}")
        result = self._judged(result, challenger, refresh)
        if result.verdict != "promoted":
            return self._kept(result, challenger.model, refresh)
        return self._published(challenger.model, result, refresh)

    @property
    def holdout(self) -> int:
        """The gate's holdout, microseconds."""
        return self._gate.holdout

    @property
    def needs_outcomes(self) -> bool:
        """As the gate needs them."""
        return self._gate.needs_outcomes

    def rows(self, moment: int) -> tuple[LabelledRows, LabelledRows]:
        """Return the rows known before the holdout, and those that arrived within it."""
        known, cut = self._builder.rows(moment), moment - self._gate.holdout
        return known.known_by(cut), known.arrived_from(cut)

    def rehearse(self, rows: LabelledRows, holdout: LabelledRows) -> None:
        """Train on some rows, judge by others, and read the model back: see `Trainer`."""
        model = self._strategy.rehearse(rows)
        self._gate.judge(self._predictions(model, rows, holdout, self._champion.model()))

    def _refresh(self, moment: int, reason: str) -> Refresh:
        cut = moment - self._gate.holdout
        origin = self._strategy.origin(moment, cut=cut)
        known = self._builder.rows_between(origin.start, moment, known_by=moment)
        hashed = None
        if self._gate.compares_history or origin.watermark is not None:
            hashed = self._hasher.hashed(known, moment=moment)
        history, digests = self._history(hashed, origin.start)
        return Refresh(
            moment=moment,
            reason=reason,
            origin=origin,
            cut=cut,
            known=known,
            hashed=hashed,
            rows=known.known_by(cut),
            holdout=known.arrived_from(cut),
            record=self._past.track(),
            history=history,
            digests=digests,
        )

    def _history(
        self, hashed: HashedRows | None, start: int
    ) -> tuple[HistoryChange | None, RowDigests | None]:
        """Return what became of the rows known at the last refresh, and the digests of today's."""
        if hashed is None or not self._gate.compares_history:
            return None, None
        earlier = self._past.known_rows()
        rows = KnownRows(hashed, finest=earlier.every if earlier else None)
        if earlier is None:
            return None, rows.digests
        return rows.change(earlier, start=start, revises=self._revises), rows.digests

    def _judged(
        self, result: TrainingResult, challenger: TrainedModel, refresh: Refresh
    ) -> TrainingResult:
        """Return a result with the gate's judgement; a champion fitted anew costs seconds, too."""
        seconds = result.seconds + challenger.seconds
        try:
            predictions = self._predictions(
                challenger.model, refresh.known, refresh.holdout, refresh.origin.champion
            )
            more, predictions = self._reproduced(predictions, refresh.holdout)
            seconds += more
            judgement = self._gate.judge(
                predictions,
                record=refresh.record,
                history=refresh.history,
                news=refresh.news,
                steps=not challenger.unlike,
            )
        except DataError as error:  # of the model's predictions, or whatever its `predict` raised
            finding = Finding(rule="predictions", verdict="failed", why=error.message)
            judgement = Judgement(verdict="refused", why=finding.why, findings=(finding,))
        result = replace(_judged(result, judgement), seconds=seconds)
        return _with(result, *self._strategy.findings(refresh))

    def _predictions(
        self,
        challenger: Model,
        known: LabelledRows,
        holdout: LabelledRows,
        champion: Model | None,
    ) -> HoldoutPredictions:
        """Check a model's predictions, and return those of the holdout beside the others'.

        Raises:
            DataError: The model fails to predict, or not what the contract's output schema allows.
        """
        self._builder.check(challenger)
        rows = holdout.rows
        return HoldoutPredictions(
            truth=holdout.outcomes,
            challenger=self._builder.predict(challenger, rows),
            champion=self._builder.predict(champion, rows) if champion else None,
            naive=self._baseline.predict(
                holdout.times, arrived=known.arrived, outcomes=known.outcomes
            ),
        )

    def _reproduced(
        self, predictions: HoldoutPredictions, holdout: LabelledRows
    ) -> tuple[float, HoldoutPredictions]:
        """Return predictions with those of the champion fitted anew, and the seconds of that fit.

        Raises:
            DataError: It cannot be fitted anew, or fails to predict.
        """
        generation = self._champion.generation() if self._gate.reproduces else None
        if generation is None:
            return 0.0, predictions
        start, end = generation.start, generation.end
        rows = self._builder.rows_between(start, end, known_by=generation.known_by)
        try:
            fitted = self._builder.fit(rows, params=generation.params)
        except Exception as error:
            why = f"the champion cannot be fitted anew: {type(error).__name__}: {error}"
            raise DataError(why) from error
        again = self._builder.predict(fitted.model, holdout.rows)
        return fitted.seconds, replace(predictions, reproduced=again)

    def _refitted(
        self, challenger: Model, result: TrainingResult, refresh: Refresh
    ) -> tuple[Model, TrainingResult]:
        """Return the model that serves, and a result that says which: the refit or the challenger.

        The result's rows are those of the model that serves; its seconds are those of all fits.
        """
        if not self._gate.refits or not len(refresh.holdout):
            return challenger, result
        try:
            refit = self._strategy.refit(challenger, refresh)
        except Exception as error:  # noqa: BLE001 - as above; what was judged serves
            return challenger, _with(result, _unfit(f"{type(error).__name__}: {error}"))
        finding = self._compared(challenger, refit.model, refresh)
        result = _with(replace(result, seconds=result.seconds + refit.seconds), finding)
        if finding.verdict != "passed":
            return challenger, result
        moment, rows, start = refresh.moment, refresh.known, refresh.origin.start
        begin = begun(rows, moment, result.reason, start=start, known_by=moment)
        return refit.model, replace(
            result,
            serves="refit",
            known_by=begin.known_by,
            rows=begin.rows,
            unlisted=begin.unlisted,
        )

    def _compared(self, challenger: Model, refit: Model, refresh: Refresh) -> Finding:
        """Return whether a refit serves, by its predictions of the holdout."""
        rows = refresh.holdout.rows
        try:
            self._builder.check(refit)
            return self._gate.judge_refit(
                truth=refresh.holdout.outcomes,
                challenger=self._builder.predict(challenger, rows),
                refit=self._builder.predict(refit, rows),
                record=refresh.record,
                news=None if refresh.news is None else len(rows),
            )
        except DataError as error:
            return _unfit(error.message)

    def _published(
        self, challenger: Model, result: TrainingResult, refresh: Refresh
    ) -> TrainingResult:
        """Return a result with the artifact of the model that serves, and what it has learned."""
        model, result = self._refitted(challenger, result, refresh)
        refitted = model is not challenger
        try:
            # Before what serves, which is read back last and so needs not be read again.
            base = self._builder.publish(challenger) if refitted and self._strategy.resumes else ""
        except IntegrityError as error:
            return replace(result, verdict="failed", why=error.message)
        result = published(self._builder, model, result)
        if result.artifact is None:
            return result
        return self._in_line(result, refresh, base=base or result.artifact, refitted=refitted)

    def _in_line(
        self, result: TrainingResult, refresh: Refresh, *, base: str, refitted: bool
    ) -> TrainingResult:
        """Return a result that says what the next refresh goes on from, if the strategy does."""
        lineage = self._strategy.lineage(refresh, base=base, refitted=refitted)
        if lineage is None:
            return result
        before, rows = refresh.origin.watermark, lineage.learned.rows
        return replace(
            result, lineage=lineage, rows=rows, learned=rows - (before.rows if before else 0)
        )

    def _kept(self, result: TrainingResult, model: Model, refresh: Refresh) -> TrainingResult:
        """Return a result with the artifact of a model that may not serve, if it predicts at all.

        One held back by an alarm may be promoted by a person. Others are kept beside the record,
        so that it can be measured what they would have been worth.
        """
        if not result.scores:
            return result
        try:
            digest = self._builder.publish(model)
        except IntegrityError:
            return result
        if result.verdict == "alarmed":
            result = replace(result, artifact=digest)
            return self._in_line(result, refresh, base=digest, refitted=False)
        return replace(result, unserved=digest)


def _judged(result: TrainingResult, judgement: Judgement) -> TrainingResult:
    return replace(
        result,
        verdict=judgement.verdict,
        why=judgement.why,
        scores=judgement.scores,
        measures=judgement.measures,
        findings=judgement.findings,
    )


def _with(result: TrainingResult, *findings: Finding) -> TrainingResult:
    return replace(result, findings=(*result.findings, *findings))


def _unfit(why: str) -> Finding:
    return Finding(rule="refit", verdict="failed", why=f"{why}; so the challenger serves")
