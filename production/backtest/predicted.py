"""What was served, joined to the full history, and what other models would have predicted."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.outcomes import numeric_outcomes
from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError
from contracts.ports import ARRIVED, ID, OUTCOME, Floats, Model
from production.agents.records import candidate_of
from production.backtest.score import HeldBack, RunPredictions
from production.feedback.batch import FALLBACK
from production.generation.description import Candidate
from production.serving.failing import failing_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.assembly.assemble import Assembly
    from production.backtest.history import History
    from production.feedback.batch import Events
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
    events: Events,
    generations: Sequence[Generation],
    trainings: Sequence[Training],
) -> PredictedAgain:
    """Join what was served to the full history, and predict anew only for comparison.

    Args:
        assembly: The assembly of the run.
        history: The history.
        events: What was served, by time, then id.
        generations: Everything that was registered, oldest first.
        trainings: Every training, oldest first.

    Raises:
        DataError: No request has both a model's prediction and an outcome.
    """
    contract, baseline = history.product.contract, history.product.baseline
    where = pc.index_in(pa.array(events.id, pa.string()), value_set=_ids(history.events))
    rows = history.events.take(where)
    scored = np.asarray(events.generation != FALLBACK) & np.asarray(pc.is_valid(rows[OUTCOME]))
    if not scored.any():
        checks = assembly.progress.serving.load().invalid
        raise DataError(
            "no request has both a model's prediction and an outcome: there is nothing to score",
            hint="look at the history between product.start and product.until",
            details=[f"{check}: {count:,} requests" for check, count in checks.items()],
        )
    rows, times = rows.filter(pa.array(scored)), np.asarray(events.time)[scored]
    inputs = rows.select(list(contract.inputs))
    settled = with_outcome(history.events)
    naive = baseline.predict(
        times,
        arrived=instants(settled[ARRIVED]),
        outcomes=numeric_outcomes(contract, settled[OUTCOME]),
    )
    predictions = RunPredictions(
        times=times,
        truth=numeric_outcomes(contract, rows[OUTCOME]),
        served=events.prediction[scored],
        still=_predict(assembly.loader.load(candidate_of(generations[0])), inputs, naive),
        naive=naive,
    )
    held_back = []
    for candidate, start, end in _held_back(generations, trainings, history.until):
        inside = (times >= start) & (times < end)
        if inside.any():
            model, rows = assembly.loader.load(candidate), inputs.filter(pa.array(inside))
            predicted = _predict(model, rows, naive[inside])
            held_back.append(HeldBack(start=start, end=end, predictions=predicted))
    return PredictedAgain(predictions=predictions, held_back=tuple(held_back))


def _ids(events: pa.Table) -> pa.Array:
    ids = events[ID].cast(pa.string()).combine_chunks()
    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids


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
