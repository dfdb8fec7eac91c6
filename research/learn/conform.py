"""Holds a source's events to the schema of the solution, before anything is fitted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.guard import guarded
from contracts.data.rows import STANDARD
from contracts.errors import DataError
from contracts.schema.pandera import validate

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Source
    from contracts.schema.columns import Columns
    from research.learn.plan import Plan


def conforming(source: Source, plan: Plan, inputs: Columns) -> pa.Table:
    """Return all events of a plan's windows, those without an outcome too.

    Args:
        source: Where they come from.
        plan: The windows.
        inputs: The columns that the solution takes.

    Raises:
        DataError: The source's columns are not the schema's, or rows do not conform to it.
        LeakError: The source hands over more than was known at the end.
    """
    events = guarded(source, plan.start, plan.test_end, known_by=plan.test_end)
    promised = tuple(column.name for column in inputs)
    found = tuple(name for name in events.column_names if name not in STANDARD)
    if promised != found:
        raise DataError(
            "the schema's columns are not the source's, in the source's order",
            hint="let the source's query select the schema's columns, or mend the schema",
            details=[f"schema: {', '.join(promised)}", f"source: {', '.join(found)}"],
        )
    validate(inputs, events.select([*promised]))
    return events
