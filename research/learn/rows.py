"""The rows of a plan: fetched once, and checked against the solution's schema before any fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.events import STANDARD, fetch_checked
from contracts.data.labelled import LabelledRows
from contracts.data.rows import with_outcome
from contracts.errors import DataError
from contracts.schema.pandera import validate

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Source
    from contracts.schema.columns import Columns
    from research.learn.plan import Plan


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


def labelled(events: pa.Table) -> LabelledRows:
    """Return the events of `fetch_conforming` whose outcome is known: every window is a slice."""
    return LabelledRows(events=with_outcome(events), inputs=_inputs(events))


def _inputs(events: pa.Table) -> tuple[str, ...]:
    return tuple(name for name in events.column_names if name not in STANDARD)
