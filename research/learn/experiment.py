"""What is learned from: rows that are fetched and checked once, a target, a learner and a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config.product import Plan
from contracts.data.events import STANDARD, fetch_checked
from contracts.data.labelled import LabelledRows
from contracts.data.outcomes import check_outcomes
from contracts.data.predictions import predict
from contracts.data.rows import with_outcome
from contracts.errors import DataError
from contracts.ports import Learner
from contracts.schema.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from contracts.kind import Predicted
    from contracts.ports import Floats, Source
    from contracts.schema.columns import Columns


class Experiment(msgspec.Struct, frozen=True, kw_only=True):
    """Fits one learner to windows of a plan, and predicts others.

    Attributes:
        rows: All labelled rows of the plan's windows: every window is a slice of them.
        learner: Makes the models.
        plan: Windows and seed.
    """

    rows: LabelledRows
    learner: Learner
    plan: Plan

    def predict(
        self, train: LabelledRows, test: LabelledRows, params: Mapping[str, Any]
    ) -> tuple[Floats, Floats]:
        """Return outcomes (n,) and predictions (n, k) of test rows, by a fit to training rows.

        Raises:
            DataError: The predictions are not as the target asks.
        """
        model = self.learner.fit(train.examples, params=params, seed=self.plan.seed)
        return test.outcomes, predict(model, test.rows, self.rows.target)

    @property
    def train(self) -> LabelledRows:
        """The training window as known at its end. Raises DataError without rows."""
        return self.rows.window(self.plan.start, self.plan.end, known_by=self.plan.end)

    @property
    def test(self) -> LabelledRows:
        """The window that nothing was tuned on. Raises DataError without rows."""
        plan = self.plan
        return self.rows.window(plan.test_start, plan.test_end, known_by=plan.test_end)


def fetch_conforming(source: Source, plan: Plan, inputs: Columns) -> pa.Table:
    """Return all events of a plan's windows, those without an outcome too.

    Args:
        source: Where they come from.
        plan: The windows.
        inputs: The columns that the solution takes.

    Raises:
        DataError: The source's columns are not the schema's, or rows do not conform to it.
        LeakError: The source hands over more than was known at the end.
    """
    events = fetch_checked(source, plan.start, plan.test_end, known_by=plan.test_end)
    expected, columns = tuple(column.name for column in inputs), _inputs(events)
    if expected != columns:
        raise DataError(
            "the schema's columns are not the source's, in the source's order",
            hint="let the source's query select the schema's columns, or correct the schema",
            details=[f"schema: {', '.join(expected)}", f"source: {', '.join(columns)}"],
        )
    validate(inputs, events.select([*columns]))
    return events


def labelled(events: pa.Table, target: Predicted) -> LabelledRows:
    """Return the events of `fetch_conforming` whose outcome is known: every window is a slice.

    Raises:
        DataError: An outcome is none that the target can have.
    """
    check_outcomes(target, events)
    return LabelledRows(events=with_outcome(events), target=target, inputs=_inputs(events))


def _inputs(events: pa.Table) -> tuple[str, ...]:
    return tuple(name for name in events.column_names if name not in STANDARD)
