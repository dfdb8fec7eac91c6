"""The rows that a contract is made from, and the solution fitted to them once more.

A contract records what anyone can reproduce: the fit is repeated here, and has to score what
learning recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from contracts.data.labelled import LabelledRows
from contracts.data.predictions import predict
from contracts.data.rows import content_digest
from contracts.errors import DataError
from contracts.ports import Floats, Model
from contracts.schema.validation import validate
from contracts.score.metric.registry import metric
from research.learn.experiment import fetch_conforming, labelled

if TYPE_CHECKING:
    from contracts.contract.terms import Specification
    from contracts.ports import Learner, Source
    from research.learn.result import LearningResult

#: The largest difference that floating point sums may make between a score and its repetition.
SAME = 1e-9


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract is made from.

    Attributes:
        events: All events of both windows, including those without an outcome.
        train: The training window's events whose outcome was known at its end.
        test: The test window's events whose outcome is known.
        model: The solution, fitted on the training window.
    """

    events: pa.Table
    train: LabelledRows
    test: LabelledRows
    model: Model

    @property
    def digest(self) -> str:
        """The SHA-256 of the events as text: it depends on their values, not on their layout."""
        return content_digest(self.events)


def gather(
    source: Source, specification: Specification, *, learner: Learner, learned: LearningResult
) -> Evidence:
    """Return the evidence for a contract.

    Raises:
        DataError: Rows do not conform to the input schema or predictions to the output schema, or
            the solution no longer scores what learning recorded.
        LeakError: The source hands over more than was known.
    """
    plan = learned.plan
    events = fetch_conforming(source, plan, specification.input_columns)
    rows = labelled(events, specification)
    train = rows.window(plan.start, plan.end, known_by=plan.end)
    test = rows.window(plan.test_start, plan.test_end, known_by=plan.test_end)
    model = learner.fit(train.examples, params=learned.params, seed=plan.seed)
    predictions = predict(model, test.rows, specification)
    _check_scores(test.outcomes, predictions, learned)
    columns = dict(zip(specification.outputs, predictions.T, strict=True))
    validate(specification.output_columns, pa.table(columns))
    return Evidence(events=events, train=train, test=test, model=model)


def _check_scores(y: Floats, p: Floats, learned: LearningResult) -> None:
    """Check that predictions ``p``, (n, k), score what learning recorded.

    Raises:
        DataError: They do not: data, code or libraries changed in between.
    """
    scores = {
        name: (score.solution.value, metric(name).value(y, p))
        for name, score in learned.scores.items()
    }
    details = [
        f"{name}: {_figures(before, now)}"
        for name, (before, now) in scores.items()
        if not abs(now - before) <= SAME
    ]
    if details:
        raise DataError(
            "the solution no longer scores what learning recorded",
            hint="python -m research task=learn, then specify again",
            details=details,
        )


def _figures(before: float, now: float) -> str:
    """Return two figures with the digits it takes to tell them apart, six at least."""
    pairs = [(f"{before:.{digits}f}", f"{now:.{digits}f}") for digits in range(6, 10)]
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])
    return f"{one}, now {other}"
