"""The shapes of predictions that metrics agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.errors import DataError

if TYPE_CHECKING:
    from contracts.ports import Floats


def single(y: Floats, p: Floats) -> Floats:
    """Return the one prediction a row, (n,), of predictions (n,) or (n, 1).

    Raises:
        DataError: There are more predictions a row, or not as many rows as outcomes.
    """
    if p.shape not in {(len(y),), (len(y), 1)}:
        raise DataError(f"expected {len(y)} predictions, one a row, got the shape {p.shape}")
    return np.asarray(p.reshape(len(y)), dtype=np.float64)


def classes(y: Floats, p: Floats) -> Floats:
    """Return (n, labels) probabilities; a single one is that of label 1 of two.

    Raises:
        DataError: There are not as many rows as outcomes.
    """
    if len(p) != len(y):
        raise DataError(f"expected {len(y)} rows of predictions, got the shape {p.shape}")
    if p.ndim == 1 or p.shape[1] == 1:
        positive = single(y, p)
        return np.column_stack([1 - positive, positive])
    return p


def mean(losses: Floats) -> float:
    """Return the mean, NaN of nothing."""
    return float(losses.mean()) if len(losses) else float("nan")
