"""The rows a contract is made from, and the solution fitted to them once more.

A contract records what anyone can find again: so the fit is repeated here, and must score what
learning said it scored.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
from pyarrow import csv

from contracts.data.labelled import LabelledRows
from contracts.data.predictions import predict
from contracts.errors import DataError
from contracts.ports import Model
from contracts.schema.validation import validate
from contracts.score.metric.registry import metric
from research.learn.experiment import fetch_conforming, labelled

if TYPE_CHECKING:
    from contracts.contract.terms import Specification
    from contracts.kind import Predicted
    from contracts.ports import Floats, Learner, Source
    from contracts.schema.columns import Columns
    from research.learn.result import LearningResult

#: Largest difference between a score and the same score again: floating point sums, no more.
SAME = 1e-9


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract is made from.

    Args:
        events: All events of both windows, those without an outcome too.
        test: The test window's events whose outcome is known.
        model: The solution, fitted on the training window.
        digest: SHA-256 of the events.
    """

    events: pa.Table
    test: LabelledRows
    model: Model
    digest: str


def gather(
    source: Source, specification: Specification, *, learner: Learner, learned: LearningResult
) -> Evidence:
    """Return the evidence for a contract.

    Raises:
        DataError: The rows do not conform to the inputs, or the solution does not score what
            learning said it does.
        LeakError: The source hands over more than was known.
    """
    plan = learned.plan
    events = fetch_conforming(source, plan, specification.input_columns)
    rows = labelled(events)
    train = rows.window(plan.start, plan.end, known_by=plan.end)
    test = rows.window(plan.test_start, plan.test_end, known_by=plan.test_end)
    model = learner.fit(train.examples, params=learned.params, seed=plan.seed)
    agree(specification, test, model, learned)
    return Evidence(events=events, test=test, model=model, digest=digest(events))


def agree(target: Predicted, test: LabelledRows, model: Model, learned: LearningResult) -> None:
    """Return if a model scores what learning recorded.

    Raises:
        DataError: It does not: data, code or libraries changed in between.
    """
    y, p = test.outcomes(target), predict(model, test.rows, target)
    apart = {
        name: (score.solution.value, value)
        for name, score in learned.scores.items()
        for value in [metric(name).value(y, p)]
        if not abs(value - score.solution.value) <= SAME
    }
    if apart:
        raise DataError(
            "the solution no longer scores what learning recorded",
            hint="python -m research task=learn, then specify again",
            details=[f"{name}: {_apart(was, now)}" for name, (was, now) in apart.items()],
        )


def conform(predictions: Floats, outputs: Columns) -> None:
    """Return if predictions are as the schema says.

    Raises:
        DataError: Some are not.
    """
    names = [column.name for column in outputs]
    validate(outputs, pa.table(dict(zip(names, predictions.T, strict=True))))


def digest(table: pa.Table) -> str:
    """Return the SHA-256 of rows written as text: their values alone count, not their layout."""
    written = BytesIO()
    csv.write_csv(table, written)
    return hashlib.sha256(written.getbuffer()).hexdigest()


def _apart(was: float, now: float) -> str:
    """Return two figures with the digits it takes to tell them apart, six at least."""
    texts = [(f"{was:.{digits}f}", f"{now:.{digits}f}") for digits in range(6, 10)]
    before, after = next((pair for pair in texts if pair[0] != pair[1]), texts[-1])
    return f"{before}, now {after}"
