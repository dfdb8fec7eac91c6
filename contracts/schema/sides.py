"""Whether a check reads a frame as it reads records, one by one: asked at publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.schema.checks.value import fits
from contracts.schema.edges import boundaries, violations
from contracts.schema.frame import frame
from contracts.schema.registration import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.schema.column import Column


def disagreements(column: Column) -> Iterator[str]:
    """Yield a line for each check that says one thing of a Series and another of its values.

    Tried on the column's own edges, and only for checks that have a reading of their own for each.
    """
    tried = [*boundaries(column), *(value for _, value in violations(column))]
    records = [{column.name: value} for value in tried if fits(column.kind, value)]
    values: Any = frame([column], records)[column.name] if records else ()
    for check, condition in zip(column.checks, column.conditions, strict=True):
        if not records or not hasattr(condition, "rows"):
            continue
        apart = np.asarray(reading(condition, values), dtype=bool) != [
            bool(condition.holds(value)) for value in values
        ]
        if apart.any():
            yield f"column {column.name!r}: {check} differs over {records[apart.argmax()]}"
