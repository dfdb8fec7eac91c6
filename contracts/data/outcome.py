"""Outcomes as the numbers that metrics and baselines take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from contracts.errors import DataError

if TYPE_CHECKING:
    from contracts.kind import Predicted
    from contracts.ports import Floats


def numbers(predicted: Predicted, outcomes: pa.ChunkedArray | pa.Array) -> Floats:
    """Return outcomes as float64: 0/1 for binary, label index for multiclass, else the value.

    Boolean outcomes of a binary product are its labels in order: false the negative one. A label
    that an open set does not list becomes NaN: it happened, but no prediction could name it.

    Raises:
        DataError: An outcome is null, or a label that a closed set does not list.
    """
    if outcomes.null_count:
        raise DataError(f"{predicted.product}: {outcomes.null_count} outcomes are null")
    if predicted.kind == "regression" or pa.types.is_boolean(outcomes.type):
        return np.asarray(outcomes.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    return _indices(predicted, outcomes)


def _indices(predicted: Predicted, outcomes: pa.ChunkedArray | pa.Array) -> Floats:
    index = {label: float(at) for at, label in enumerate(predicted.labels)}
    values = outcomes.to_pylist()
    unlisted = sorted({repr(value) for value in values if value not in index})
    if unlisted and not predicted.labels_open:
        raise DataError(
            f"{predicted.product}: outcomes carry labels the contract does not list",
            hint=f"labels: {', '.join(map(str, predicted.labels))}",
            details=unlisted,
        )
    return np.array([index.get(value, np.nan) for value in values], np.float64)
