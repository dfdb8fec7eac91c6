"""What was served, joined to the full history, and what other models would have predicted."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.outcomes import numeric_outcomes
from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError
from contracts.moment import END_OF_TIME
from contracts.ports import ARRIVED, ID, OUTCOME, Floats, Model
from production.agents.records import candidate_of
from production.backtest.score import HeldBack, RunPredictions
from production.generation.description import Candidate
from production.serving.failing import failing_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.assembly.assemble import Assembly
    from production.backtest.history import History
    from production.registry.generations import Generation
    from production.registry.trainings import Training


class PredictedAgain(msgspec.Struct, frozen=True, kw_only=True):
    """The predictions of a run.

    Attributes:
        predictions: The events with an outcome, and three predictions of each.
        held_back: What the gate kept from serving, and what it would have predicted.
    """

    predictions: RunPredictions
    held_back: tuple[HeldBack, ...]


def predict_again(
    assembly: Assembly,
    history: History,
    requests: pa.Table,
    generations: Sequence[Generation],
    trainings: Sequence[Training],
) -> PredictedAgain:
    """Join what was served to the full history, and predict anew only for comparison.

    Args:
        assembly: The assembly of the run.
        history: The history.
        requests: The rows of all requests.
        generations: Everything that was registered, oldest first.
        trainings: Every training, oldest first.

    Raises:
        DataError: No request has both a model's prediction and an outcome.
    """
    contract, baseline = history.product.contract, history.product.baseline
    scored = assembly.feedback.scored(
        contract.product, history.product.start, history.until, known_by=END_OF_TIME
    )
    if not scored.id:
        checks = assembly.progress.serving.load().invalid
        raise DataError(
            "no request has both a model's prediction and an outcome: there is nothing to score",
            hint="look at the history between product.start and product.until",
            details=[f"{check}: {count:,} requests" for check, count in checks.items()],
        )
    where = pc.index_in(pa.array(scored.id), value_set=requests[ID].combine_chunks())
    inputs = requests.take(where).select(list(contract.inputs))
    settled = with_outcome(history.events)
    naive = baseline.predict(
        scored.time,
        arrived=instants(settled[ARRIVED]),
        outcomes=numeric_outcomes(contract, settled[OUTCOME]),
    )
    predictions = RunPredictions(
        times=scored.time,
        truth=numeric_outcomes(contract, scored.outcome),
        served=scored.prediction,
        still=_predict(assembly.loader.load(candidate_of(generations[0])), inputs, naive),
        naive=naive,
    )
    held_back = []
    for candidate, start, end in _held_back(generations, trainings, history.until):
        inside = (scored.time >= start) & (scored.time < end)
        if inside.any():
            model, rows = assembly.loader.load(candidate), inputs.filter(pa.array(inside))
            predicted = _predict(model, rows, naive[inside])
            held_back.append(HeldBack(start=start, end=end, predictions=predicted))
    return PredictedAgain(predictions=predictions, held_back=tuple(held_back))


def _held_back(
    generations: Sequence[Generation], trainings: Sequence[Training], until: int
) -> Iterator[tuple[Candidate, int, int]]:
    """Yield what the gate kept from serving, when it was trained, and when the next one was."""
    registered = {(each.release, each.number): each for each in generations}
    for training, following in zip_longest(trainings, trainings[1:]):
        end = following.requested_at if following else until
        artifact = training.detail.get("unserved")
        if artifact:
            candidate = Candidate(release=training.release, generation=0, artifact=artifact)
            yield candidate, training.requested_at, end
        elif training.verdict != "promoted" and training.generation is not None:
            generation = registered[training.release, training.generation]
            yield candidate_of(generation), training.requested_at, end


def _predict(model: Model, inputs: pa.Table, naive: Floats) -> Floats:
    """Return a model's predictions, (n, k); the naive baseline's where it fails."""
    failing = failing_rows(model.predict, inputs).rows
    predictions = naive.copy()
    if not failing.all():
        predictions[~failing] = model.predict(inputs.filter(pa.array(~failing)))
    return predictions
