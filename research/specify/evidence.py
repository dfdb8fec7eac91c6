"""The rows a contract is made from, and the solution fitted to them once more.

A contract records what anyone can find again: so the fit is repeated here, and must score what
learning said it scored.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
from pyarrow import csv

from contracts.errors import DataError
from contracts.metric.registry import metric
from contracts.ports import Model
from contracts.schema.pandera import validate
from research.learn.windows import Window, window

if TYPE_CHECKING:
    import pandera.pandas as pandera

    from contracts.ports import Learner, Source
    from research.learn.result import Result
    from research.target import Target

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
    test: Window
    model: Model
    digest: str


def gather(source: Source, *, target: Target, learner: Learner, learned: Result) -> Evidence:
    """Return the evidence for a contract.

    Raises:
        DataError: The solution does not score what learning said it does.
    """
    plan = learned.plan
    events = source.window(plan.start, plan.test_end, known_by=plan.test_end)
    train = window(source, plan.start, plan.end, known_by=plan.end)
    test = window(source, plan.test_start, plan.test_end, known_by=plan.test_end)
    model = learner.fit(train.examples, params=learned.params, seed=plan.seed)
    agree(target, test, model, learned)
    return Evidence(events=events, test=test, model=model, digest=digest(events))


def agree(target: Target, test: Window, model: Model, learned: Result) -> None:
    """Return if a model scores what learning recorded.

    Raises:
        DataError: It does not: data, code or libraries changed in between.
    """
    y, p = test.y(target), model.predict(test.rows)
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
            details=[f"{name}: {was:.6f}, now {now:.6f}" for name, (was, now) in apart.items()],
        )


def conform(
    evidence: Evidence, *, inputs: pandera.DataFrameSchema, outputs: pandera.DataFrameSchema
) -> None:
    """Return if all events and all predictions are as the schemas say.

    Raises:
        DataError: Some are not, or the schema's columns are not the source's.
    """
    promised, found = (*inputs.columns,), evidence.test.inputs
    if promised != found:
        raise DataError(
            "the schema's columns are not the source's, in the source's order",
            details=[f"schema: {', '.join(promised)}", f"source: {', '.join(found)}"],
        )
    validate(inputs, evidence.events.select([*promised]))
    predicted = np.asarray(evidence.model.predict(evidence.test.rows))
    validate(outputs, pa.table(dict(zip(outputs.columns, predicted.T, strict=True))))


def digest(table: pa.Table) -> str:
    """Return the SHA-256 of rows written as text: their values alone count, not their layout."""
    written = BytesIO()
    csv.write_csv(table, written)
    return hashlib.sha256(written.getbuffer()).hexdigest()
