"""Whether what was predicted is what happened, on average, bin by bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from research.interval import normal, wilson

if TYPE_CHECKING:
    from contracts.kind import Predicted
    from contracts.ports import Floats

BINS = 10


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Rows with like predictions: their mean prediction, and mean outcome with its interval."""

    events: int
    predicted: float
    observed: float
    low: float
    high: float


def calibration(target: Predicted, y: Floats, p: Floats) -> tuple[Bin, ...]:
    """Return tenths of the rows by what was predicted of them.

    Binary: the probability of the positive, against how often it came. Multiclass: that of the
    likeliest label, against how often it was right (C. Guo et al., "On calibration of modern neural
    networks", ICML 2017). Regression: the value.
    """
    if target.kind == "multiclass":
        predicted, observed = p.max(axis=1), (p.argmax(axis=1) == y).astype(np.float64)
    else:
        predicted, observed = p[:, 0], y
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return tuple(
        one(predicted[part], observed[part], share=target.kind != "regression") for part in parts
    )


def one(predicted: Floats, observed: Floats, *, share: bool) -> Bin:
    """Return one bin."""
    low, high = wilson(observed) if share else normal(observed)
    return Bin(
        events=len(observed),
        predicted=float(predicted.mean()),
        observed=float(observed.mean()),
        low=low,
        high=high,
    )
