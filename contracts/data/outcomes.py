"""Outcomes as numbers: which of a target's labels an outcome names, or the value itself."""

from __future__ import annotations

from reprlib import repr as shortened
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import DataError
from contracts.ports import ID, OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.kind import Predicted
    from contracts.ports import Floats

#: How many labels a message names, and how many values.
LABELS_SHOWN, VALUES_SHOWN = 20, 5


def numeric_outcomes(target: Predicted, outcomes: pa.ChunkedArray | pa.Array) -> Floats:
    """Return outcomes as float64: 0/1 for binary, label index for multiclass, else the value.

    A label that an open set does not list becomes NaN: it happened, but no prediction could name
    it.

    Raises:
        DataError: An outcome is null, or none that the target can have.
    """
    if outcomes.null_count:
        raise DataError(f"{target.product}: {outcomes.null_count} outcomes are null")
    _refuse(target, outcomes.filter(_wrong(target, outcomes)).unique().to_pylist())
    if target.kind == "regression":
        numbers = outcomes.cast(pa.float64(), safe=False)
        return np.asarray(numbers.to_numpy(zero_copy_only=False), np.float64)
    values = outcomes.unique()
    places = [label_place(value, target) for value in values.to_pylist()]
    at = np.asarray(pc.index_in(outcomes, value_set=values), np.int64)
    return np.array(places, np.float64)[at]  # None becomes NaN


def check_outcomes(target: Predicted, events: pa.Table) -> None:
    """Check that every outcome of some events is one that a target can have; null ones may be.

    Raises:
        DataError: Others are there; the message has the values, and the details the events' ids.
    """
    rows = events.select([ID, OUTCOME]).filter(_wrong(target, events[OUTCOME]))
    pairs = zip(rows[ID].to_pylist(), rows[OUTCOME].to_pylist(), strict=True)
    _refuse(
        target,
        rows[OUTCOME].unique().to_pylist(),
        details=[f"{event}: {shortened(value)}" for event, value in pairs],
    )


def label_place(value: object, target: Predicted) -> int | None:
    """Return which of a target's labels an outcome names, counted from 0.

    Where the labels of a binary target are not booleans, false and true name the first and the
    second one. None for a label that an open set does not list.

    Raises:
        DataError: It is of another kind than the labels, or a closed set does not list it.
    """
    labels = target.labels
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) in {type(label) for label in labels}:
        at = labels.index(value) if value in labels else -1
        if at >= 0 and type(labels[at]) is type(value):  # True is equal to 1
            return at
        if target.labels_open:
            return None
    elif target.kind == "binary" and isinstance(value, bool):
        return int(value)
    raise DataError(f"expected {_expected(target)}, got {shortened(value)}")


def _wrong(target: Predicted, outcomes: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Return for each outcome whether the target cannot have it; null ones it can."""
    if target.kind == "regression":
        return _no_number(outcomes)
    values = outcomes.unique().drop_null()
    wrong = [value for value in values.to_pylist() if not _is_label(value, target)]
    return pc.is_in(outcomes, value_set=pa.array(wrong, values.type))


def _is_label(value: object, target: Predicted) -> bool:
    try:
        label_place(value, target)
    except DataError:
        return False
    return True


def _no_number(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Return for each value whether no finite float64 holds it exactly; null is no such value."""
    kind = values.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        return pc.is_valid(values)
    numbers = values.cast(pa.float64(), safe=False)
    exact = pc.equal(numbers.cast(kind, safe=False), values)
    return pc.fill_null(pc.invert(pc.and_(exact, pc.is_finite(numbers))), fill_value=False)


def _refuse(target: Predicted, values: Sequence[object], details: Iterable[str] = ()) -> None:
    """Raise a DataError if there are values."""
    if values:
        more = f" and {len(values) - VALUES_SHOWN} more" if len(values) > VALUES_SHOWN else ""
        raise DataError(
            f"{target.product}: column {OUTCOME!r}: expected {_expected(target)}, "
            f"got {', '.join(map(shortened, values[:VALUES_SHOWN]))}{more}",
            hint="give every event an outcome of that kind in the source's query, or null"
            if target.kind == "regression"
            else "cast outcomes to the labels' type in the source's query, or list what is missing "
            "in specification.labels",
            details=details,
        )


def _expected(target: Predicted) -> str:
    """Return in words what outcomes a target has."""
    if target.kind == "regression":
        return "finite numbers that a float64 holds exactly"
    labels = [repr(label) for label in target.labels[:LABELS_SHOWN]]
    more = ", …" if len(target.labels) > LABELS_SHOWN else ""
    others = " or others of their type" if target.labels_open else ""
    return f"one of the labels {', '.join(labels)}{more}{others}"
